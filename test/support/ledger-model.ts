import type { OutcomeCode, Transfer } from "#modules/ledger";

/**
 * The ledger's meaning once more, in plain TypeScript and from the written rules alone: maps in memory, one check
 * after the other. The real one must agree with it on every outcome and every counter.
 */

export interface ModelAccount {
  readonly id: string;
  readonly asset: string;
  readonly limit: "debits" | "credits" | null;
  closed: boolean;
  debitsPending: number;
  debitsPosted: number;
  creditsPending: number;
  creditsPosted: number;
}

interface Stored {
  readonly id: string;
  readonly kind: Transfer["kind"] | "expire";
  readonly debit: string;
  readonly credit: string;
  readonly amount: number;
  readonly asset: string;
  readonly code: string;
  readonly reference: string | null;
  readonly pendingId: string | null;
  readonly timeoutSeconds: number | null;
  readonly at: number;
}

const MAX = Number.MAX_SAFE_INTEGER;

/** What an end of a hold has when there is no such hold. */
const NOTHING = { debit: "", credit: "", amount: 1, asset: "", code: "", reference: null };

function first(checks: readonly (readonly [fails: boolean, code: OutcomeCode])[]): OutcomeCode | null {
  return checks.find(([fails]) => fails)?.[1] ?? null;
}

const STAYS_FAILED: ReadonlySet<OutcomeCode> = new Set([
  "debit_account_not_found",
  "credit_account_not_found",
  "pending_transfer_not_found",
  "exceeds_credits",
  "exceeds_debits",
  "debit_account_already_closed",
  "credit_account_already_closed",
]);

export class LedgerModel {
  readonly accounts = new Map<string, ModelAccount>();
  readonly transfers = new Map<string, Stored>();
  readonly #failed = new Set<string>();
  /** What ended a hold, by the hold's id. */
  readonly #ended = new Map<string, Stored["kind"]>();

  open(id: string, asset: string, limit: ModelAccount["limit"]): void {
    const counters = { debitsPending: 0, debitsPosted: 0, creditsPending: 0, creditsPosted: 0 };
    this.accounts.set(id, { id, asset, limit, closed: false, ...counters });
  }

  /** One transfer by itself. */
  write(transfer: Transfer, now: number): OutcomeCode {
    const stored = this.#fill(transfer, now);
    const code = this.#check(stored);
    if (code === "created") this.#move(stored);
    if (STAYS_FAILED.has(code)) this.#failed.add(transfer.id);
    return code;
  }

  /**
   * Transfers that stand or fall together.
   *
   * @param remembers whether the process lives to write down which id has failed
   */
  writeChain(transfers: readonly Transfer[], now: number, remembers = true): OutcomeCode {
    const before = this.#copy();
    for (const transfer of transfers) {
      const stored = this.#fill(transfer, now);
      const code = this.#check(stored);
      if (code === "created") {
        this.#move(stored);
        continue;
      }
      this.#restore(before);
      if (remembers && STAYS_FAILED.has(code)) this.#failed.add(transfer.id);
      return code === "exists" ? this.#again(transfers, now) : code;
    }
    return "created";
  }

  /** A chain that has been written says exists; one that has not in part or in content is refused. */
  #again(transfers: readonly Transfer[], now: number): OutcomeCode {
    const ids = new Set(transfers.map(({ id }) => id));
    const whole = ids.size === transfers.length && [...ids].every((id) => this.transfers.has(id));
    if (!whole) return "exists";
    const codes = transfers.map((transfer) => this.#check(this.#fill(transfer, now)));
    return codes.find((code) => code !== "exists") ?? "exists";
  }

  expireDue(now: number): void {
    for (const hold of this.transfers.values()) {
      const over = hold.timeoutSeconds !== null && hold.at + hold.timeoutSeconds * 1_000 <= now;
      if (hold.kind !== "pending" || !over || this.#ended.has(hold.id)) continue;
      this.#move({
        ...hold,
        id: `${hold.id}.expire`,
        kind: "expire",
        pendingId: hold.id,
        timeoutSeconds: null,
        at: now,
      });
    }
  }

  #fill(transfer: Transfer, at: number): Stored {
    const pendingId = "pendingId" in transfer ? transfer.pendingId : null;
    const hold = this.transfers.get(pendingId ?? "");
    const given = {
      debit: transfer.debitAccountId,
      credit: transfer.creditAccountId,
      amount: transfer.amount,
      asset: transfer.asset,
      code: transfer.code,
      reference: transfer.reference,
    };
    const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const timeoutSeconds = transfer.kind === "pending" ? (transfer.timeoutSeconds ?? null) : null;
    return { ...NOTHING, ...hold, ...own, id: transfer.id, kind: transfer.kind, pendingId, timeoutSeconds, at };
  }

  #check(transfer: Stored): OutcomeCode {
    const known = this.transfers.get(transfer.id);
    if (known) return compare(known, transfer);
    if (this.#failed.has(transfer.id)) return "id_already_failed";
    if (transfer.pendingId !== null) return this.#checkEnd(transfer, transfer.pendingId);
    return this.#checkBegin(transfer) ?? this.#checkLimits(transfer);
  }

  #checkBegin({ debit, credit, amount, asset }: Stored): OutcomeCode | null {
    const [from, to] = [this.accounts.get(debit), this.accounts.get(credit)];
    return first([
      [debit === credit, "accounts_must_be_different"],
      [amount < 1, "amount_must_be_positive"],
      [!from, "debit_account_not_found"],
      [!to, "credit_account_not_found"],
      [from?.asset !== to?.asset, "accounts_must_have_the_same_asset"],
      [asset !== from?.asset, "transfer_must_have_the_same_asset_as_accounts"],
      [from?.closed === true, "debit_account_already_closed"],
      [to?.closed === true, "credit_account_already_closed"],
    ]);
  }

  #checkLimits({ kind, debit, credit, amount }: Stored): OutcomeCode {
    const [from, to] = [this.#account(debit), this.#account(credit)];
    const held = kind === "pending";
    const spent = from.debitsPending + from.debitsPosted + amount;
    const taken = to.creditsPending + to.creditsPosted + amount;
    const refused = first([
      [held && from.debitsPending + amount > MAX, "overflows_debits_pending"],
      [held && to.creditsPending + amount > MAX, "overflows_credits_pending"],
      [from.debitsPosted + amount > MAX, "overflows_debits_posted"],
      [to.creditsPosted + amount > MAX, "overflows_credits_posted"],
      [spent > MAX, "overflows_debits"],
      [taken > MAX, "overflows_credits"],
      [from.limit === "debits" && spent > from.creditsPosted, "exceeds_credits"],
      [to.limit === "credits" && taken > to.debitsPosted, "exceeds_debits"],
    ]);
    return refused ?? "created";
  }

  #checkEnd(transfer: Stored, pendingId: string): OutcomeCode {
    const { kind, amount, at } = transfer;
    const hold = this.transfers.get(pendingId);
    if (amount < 1) return "amount_must_be_positive";
    if (!hold) return "pending_transfer_not_found";
    const ended = this.#ended.get(pendingId);
    const over = hold.timeoutSeconds !== null && hold.at + hold.timeoutSeconds * 1_000 <= at;
    const closed = (id: string): boolean => kind === "post" && this.#account(id).closed;
    const refused = first([
      [hold.kind !== "pending", "pending_transfer_not_pending"],
      [amount > hold.amount, "exceeds_pending_transfer_amount"],
      [kind === "void" && amount < hold.amount, "pending_transfer_has_different_amount"],
      [ended === "post", "pending_transfer_already_posted"],
      [ended === "void", "pending_transfer_already_voided"],
      [ended === "expire" || over, "pending_transfer_expired"],
      [closed(hold.debit), "debit_account_already_closed"],
      [closed(hold.credit), "credit_account_already_closed"],
    ]);
    return refused ?? "created";
  }

  #move(transfer: Stored): void {
    const [from, to] = [this.#account(transfer.debit), this.#account(transfer.credit)];
    const hold = transfer.pendingId === null ? undefined : this.transfers.get(transfer.pendingId);
    const posted = transfer.kind === "posted" || transfer.kind === "post" ? transfer.amount : 0;
    const pending = transfer.kind === "pending" ? transfer.amount : -(hold?.amount ?? 0);
    from.debitsPosted += posted;
    to.creditsPosted += posted;
    from.debitsPending += pending;
    to.creditsPending += pending;
    this.transfers.set(transfer.id, transfer);
    if (hold) this.#ended.set(hold.id, transfer.kind);
  }

  #account(id: string): ModelAccount {
    const account = this.accounts.get(id);
    if (!account) throw new Error(`The model has no account ${id}.`);
    return account;
  }

  #copy(): Snapshot {
    return {
      accounts: new Map([...this.accounts].map(([id, account]) => [id, { ...account }])),
      transfers: new Map(this.transfers),
      ended: new Map(this.#ended),
    };
  }

  #restore(snapshot: Snapshot): void {
    refill(this.accounts, snapshot.accounts);
    refill(this.transfers, snapshot.transfers);
    refill(this.#ended, snapshot.ended);
  }
}

interface Snapshot {
  readonly accounts: Map<string, ModelAccount>;
  readonly transfers: Map<string, Stored>;
  readonly ended: Map<string, Stored["kind"]>;
}

function refill<K, V>(map: Map<K, V>, from: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}

const COMPARED = [
  ["kind", "exists_with_different_kind"],
  ["pendingId", "exists_with_different_pending_id"],
  ["timeoutSeconds", "exists_with_different_timeout"],
  ["debit", "exists_with_different_debit_account_id"],
  ["credit", "exists_with_different_credit_account_id"],
  ["amount", "exists_with_different_amount"],
  ["reference", "exists_with_different_reference"],
  ["asset", "exists_with_different_asset"],
  ["code", "exists_with_different_code"],
] as const;

function compare(known: Stored, again: Stored): OutcomeCode {
  return COMPARED.find(([field]) => known[field] !== again[field])?.[1] ?? "exists";
}
