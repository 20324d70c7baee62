import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Counters, VectorTransfer } from "../support/ledger-vectors.ts";
import type { Transfer } from "#modules/ledger";
import type { Ctx } from "#platform/ctx";
import type { Problem } from "#kernel/problem";
import * as ledger from "#modules/ledger";
import * as vectors from "../support/ledger-vectors.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { audit } from "../../src/modules/ledger/service.audit.ts";
import { submitDirectly } from "../../src/modules/ledger/service.ts";

const app = testApp();
const at = (now: number): Ctx => testCtx(app, { now: () => now });

/** Which road a transfer takes: by itself in a group, or as a chain that stands or falls together. */
type Road = "each" | "chain";

/** Steps said in our transfers, in bare SQL, by other means, and not at all, with the reason. */
interface Tally {
  said: number;
  bare: number;
  otherwise: number;
  readonly leftOut: Record<string, number>;
}

const { CLOSING, KINDS } = vectors;
const NOTHING = "a transfer moves at least one unit";

/** One table being walked through. */
class Walk {
  readonly #names: vectors.Names;
  readonly #road: Road;
  /** Accounts closed by a step, by the name of the transfer that closes them in the table. */
  readonly #closings = new Map<string, { accounts: string[]; until: number }>();
  readonly #without = new Map<string, string>();
  readonly #tally: Tally;

  constructor(names: vectors.Names, road: Road, tally: Tally) {
    this.#names = names;
    this.#road = road;
    this.#tally = tally;
  }

  #leaveOut(reason: string, ...ids: readonly string[]): void {
    this.#tally.leftOut[reason] = (this.#tally.leftOut[reason] ?? 0) + 1;
    for (const id of ids) this.#without.set(id, reason);
  }

  async step(step: vectors.Step): Promise<void> {
    if (step.chain) return await this.#chain(step.chain, step.expect ?? "ok");
    const without = this.#without.get(step.expectTransfer?.id ?? step.idAlreadyFailed?.id ?? "");
    if (without !== undefined) return this.#leaveOut(without);
    this.#tally.said += 1;
    await this.#prepare(step);
    await this.#look(step);
  }

  async #prepare({ account, setCounters, expireDue }: vectors.Step): Promise<void> {
    if (account) await this.#open(account);
    if (setCounters) await vectors.bringCounters(at(1), this.#names.of(setCounters.id), setCounters);
    if (expireDue) await this.#expire(expireDue.nowMs);
  }

  async #look({ expectAccount, expectTransfer, idAlreadyFailed, expectInvariants }: vectors.Step): Promise<void> {
    if (expectAccount) await this.#expectAccount(expectAccount);
    if (expectTransfer) await this.#expectTransfer(expectTransfer);
    if (idAlreadyFailed) await this.#expectFailed(idAlreadyFailed);
    if (expectInvariants) expect(await audit(at(1))).toMatchObject({ ok: true, failures: [] });
  }

  async #open(account: NonNullable<vectors.Step["account"]>): Promise<void> {
    const limit = account.debitsMustNotExceedCredits ? "debits" : account.creditsMustNotExceedDebits ? "credits" : null;
    await ledger.openAccount(at(1), {
      id: this.#names.of(account.id),
      asset: vectors.toAsset(account.ledger),
      code: vectors.toCode(account.code),
      owner: null,
      limit,
    });
  }

  async #expire(nowMs: number): Promise<void> {
    await ledger.expireDue(at(nowMs));
    for (const [id, { until }] of this.#closings) if (until <= nowMs) await this.#reopen(id);
  }

  async #expectAccount(wanted: Counters & { id: string; closed: number }): Promise<void> {
    const { id, closed, ...counters } = wanted;
    const account = await ledger.getAccount(at(1), this.#names.of(id));
    expect(account).toMatchObject({ ...counters, closed: closed === 1 });
  }

  async #expectTransfer(wanted: NonNullable<vectors.Step["expectTransfer"]>): Promise<void> {
    const row = await vectors.stored(this.#names.of(wanted.id));
    expect(row === null).toBe(wanted.absent === true);
    if (wanted.amount !== undefined) expect(row?.amount).toBe(wanted.amount);
  }

  async #expectFailed(wanted: { id: string; code: string }): Promise<void> {
    const row = await env.DB.prepare("select code from ledger_refusals where id = ?")
      .bind(this.#names.of(wanted.id))
      .first<{ code: string }>();
    expect(row?.code).toBe(vectors.toOutcome(wanted.code));
  }

  async #chain(steps: readonly VectorTransfer[], expected: string): Promise<void> {
    const [only] = steps;
    if (only && steps.length === 1 && (await this.#apart(only, expected))) return;
    const { transfers, changed } = await this.#resolve(steps);
    const ids = steps.map(({ id }) => id);
    if (transfers.length === 0) return this.#leaveOut(NOTHING, ...ids);
    this.#tally[changed ? "otherwise" : "said"] += 1;
    expect(await write(at(only?.nowMs ?? 1), transfers, this.#road)).toBe(vectors.toOutcome(expected));
  }

  /** A transfer that needs more than saying it. */
  async #apart(transfer: VectorTransfer, expected: string): Promise<boolean> {
    const reason = this.#unsayable(transfer, expected);
    if (reason !== null) {
      this.#leaveOut(reason);
      return true;
    }
    if (vectors.needsSql(transfer)) {
      this.#tally.bare += 1;
      expect(await vectors.insertBare(this.#names, transfer)).toBe(vectors.toOutcome(expected));
      return true;
    }
    const otherwise = await this.#byOtherMeans(transfer, expected);
    if (otherwise) this.#tally.otherwise += 1;
    return otherwise;
  }

  #unsayable(transfer: VectorTransfer, expected: string): string | null {
    const without = this.#without.get(transfer.id);
    if (without !== undefined) return without;
    const ofClosing = vectors.has(transfer, "post") && this.#closings.has(transfer.pendingId ?? "");
    const closedTwice = vectors.isClosing(transfer) && expected.endsWith("_already_closed");
    if (ofClosing || closedTwice) this.#without.set(transfer.id, CLOSING);
    return ofClosing || closedTwice ? CLOSING : vectors.unsayable(transfer, expected);
  }

  /** Closing and reopening accounts, and a post of nothing, which is a void. */
  async #byOtherMeans(transfer: VectorTransfer, expected: string): Promise<boolean> {
    if (vectors.isClosing(transfer)) return await this.#close(transfer);
    if (vectors.has(transfer, "void") && this.#closings.has(transfer.pendingId ?? "")) {
      if (expected === "ok") await this.#reopen(transfer.pendingId ?? "");
      return true;
    }
    const postsNothing = vectors.has(transfer, "post") && transfer.amount === 0 && expected === "ok";
    if (postsNothing) {
      const nothing = { ...transfer, flags: ["void"] };
      expect(await write(at(transfer.nowMs), [vectors.toTransfer(this.#names, nothing)], this.#road)).toBe("created");
      this.#without.set(transfer.id, NOTHING);
    }
    return postsNothing;
  }

  async #close(transfer: VectorTransfer): Promise<true> {
    const accounts = [
      ...(vectors.has(transfer, "closing_debit") ? [transfer.debitAccountId] : []),
      ...(vectors.has(transfer, "closing_credit") ? [transfer.creditAccountId] : []),
    ];
    for (const id of accounts) await ledger.closeAccount(at(1), this.#names.of(id));
    const until = transfer.timeoutSeconds === undefined ? Infinity : transfer.nowMs + transfer.timeoutSeconds * 1_000;
    this.#closings.set(transfer.id, { accounts, until });
    return true;
  }

  async #reopen(id: string): Promise<void> {
    for (const account of this.#closings.get(id)?.accounts ?? [])
      await ledger.reopenAccount(at(1), this.#names.of(account));
    if (this.#closings.get(id)?.until !== Infinity) this.#closings.delete(id);
  }

  /** Balancing transfers ask for as much as there is: the caller reads first and says the amount, or has nothing to say. */
  async #resolve(steps: readonly VectorTransfer[]): Promise<{ transfers: Transfer[]; changed: boolean }> {
    const purse = new vectors.Purse(this.#names, at(1));
    const resolved: VectorTransfer[] = [];
    const nothing = new Set<string>();
    for (const step of steps) {
      const amount = vectors.isBalancing(step) ? await purse.available(step) : step.amount;
      const empty =
        amount === 0 && !vectors.has(step, "post", "void") && (vectors.isBalancing(step) || step.amount === 0);
      const known = (await vectors.stored(this.#names.of(step.id))) !== null;
      if ((empty && !known) || nothing.has(step.pendingId ?? "")) {
        nothing.add(step.id);
        continue;
      }
      purse.move(step, amount);
      resolved.push({ ...step, amount });
    }
    const transfers = resolved.map((step) => vectors.toTransfer(this.#names, step));
    return { transfers, changed: steps.some(vectors.isBalancing) };
  }
}

async function write(ctx: Ctx, transfers: readonly Transfer[], road: Road): Promise<string> {
  if (road === "each" && transfers.length === 1) return (await submitDirectly(ctx, transfers))[0]?.code ?? "none";
  try {
    return await ledger.chain(ctx, transfers);
  } catch (error) {
    return String((error as Problem).options.extra?.["outcome"]);
  }
}

describe.each<Road>(["each", "chain"])("the published tables of transfers, by %s", (road) => {
  const tally: Tally = { said: 0, bare: 0, otherwise: 0, leftOut: {} };

  it.each(vectors.CASES.map((table, index) => ({ ...table, index })))("$index $name", async ({ steps, index }) => {
    const walk = new Walk(new vectors.Names(`${road}${index}_`), road, tally);
    for (const [number, step] of steps.entries()) {
      await walk.step(step).catch((error: unknown) => {
        throw new Error(`Step ${number}, ${JSON.stringify(step)}: ${String(error)}`, { cause: error });
      });
    }
  });

  it("leaves out only what the ledger has no word for", () => {
    expect(tally).toEqual({
      said: 360,
      bare: 10,
      otherwise: 44,
      leftOut: { [KINDS]: 12, [NOTHING]: 47, [CLOSING]: 16 },
    });
  });
});
