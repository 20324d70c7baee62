import type { Payment, PaymentState, PaymentStatus } from "./contract.ts";

/**
 * What must stay true:
 * - A payment has one nonce, and a nonce one payment, for good.
 * - The bytes of a transaction are here before anybody else has them.
 */

const STEPS: readonly string[] = [
  `create table payments (
     id text primary key, recipient text not null, raw text not null, contract text, confirmations_needed integer not null,
     state text not null, nonce integer unique, call text, gas text, txid text, confirmations integer not null default 0,
     fee text not null default '0', foreign_since integer, accepted_at integer not null
   ) strict;
   create index payments_open on payments (nonce) where state in ('accepted', 'sent');
   create table transactions (
     nonce integer not null, attempt integer not null, hash text not null unique, raw text not null,
     max_fee text not null, priority_fee text not null, signed_at integer not null, primary key (nonce, attempt)
   ) strict;
   create table counters (name text primary key, value integer not null) strict;`,
];

export interface StoredPayment extends Payment {
  readonly state: PaymentState;
  readonly nonce: number | null;
  readonly gas: string | null;
  readonly foreignSince: number | null;
}

export interface StoredTransaction {
  readonly attempt: number;
  readonly hash: string;
  readonly raw: string;
  readonly maxFee: string;
  readonly priorityFee: string;
  readonly signedAt: number;
}

const PAYMENT = `id, recipient as "to", raw, contract, confirmations_needed as confirmations, state, nonce, gas,
  foreign_since as foreignSince`;

export class HotWalletStorage {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  migrate(): void {
    this.#sql.exec("create table if not exists steps (version integer not null)");
    const done = this.#sql.exec<{ n: number }>("select count(*) as n from steps").one().n;
    for (const step of STEPS.slice(done)) {
      this.#sql.exec(step);
      this.#sql.exec("insert into steps (version) values (1)");
    }
  }

  find(id: string): StoredPayment | null {
    return this.#rows<StoredPayment>(`select ${PAYMENT} from payments where id = ?`, id)[0] ?? null;
  }

  insert({ id, to, raw, contract, confirmations }: Payment, now: number): void {
    this.#sql.exec(
      `insert into payments (id, recipient, raw, contract, confirmations_needed, state, accepted_at)
       values (?, ?, ?, ?, ?, 'accepted', ?)`,
      id,
      to,
      raw,
      contract,
      confirmations,
      now,
    );
  }

  /** Payments that have no nonce yet, in the order in which they came. */
  listWaiting(limit: number): StoredPayment[] {
    return this.#rows(
      `select ${PAYMENT} from payments where state = 'accepted' and nonce is null order by accepted_at, rowid limit ?`,
      limit,
    );
  }

  /** Payments that have their nonce and have not ended. */
  listFlying(): StoredPayment[] {
    return this.#rows(
      `select ${PAYMENT} from payments where state in ('accepted', 'sent') and nonce is not null order by nonce`,
    );
  }

  /** What has been accepted and is not in the chain yet, of the coin (null) or of a token. */
  committed(contract: string | null): bigint {
    return this.#sum("contract is ?", contract);
  }

  /** The part of it that has its nonce. */
  flying(contract: string | null): bigint {
    return this.#sum("nonce is not null and contract is ?", contract);
  }

  #sum(where: string, contract: string | null): bigint {
    const rows = this.#rows<{ raw: string }>(
      `select raw from payments where state in ('accepted', 'sent') and confirmations = 0 and ${where}`,
      contract,
    );
    return rows.reduce((sum, { raw }) => sum + BigInt(raw), 0n);
  }

  nextNonce(): number | null {
    return this.#rows<{ value: number }>("select value from counters where name = 'nonce'")[0]?.value ?? null;
  }

  /** Gives a payment its nonce and the gas that it may take. */
  assign(id: string, nonce: number, gas: string): void {
    this.#sql.exec("update payments set nonce = ?, gas = ? where id = ? and nonce is null", nonce, gas, id);
    this.#sql.exec("insert or replace into counters (name, value) values ('nonce', ?)", nonce + 1);
  }

  listTransactions(nonce: number): StoredTransaction[] {
    return this.#rows(
      `select attempt, hash, raw, max_fee as maxFee, priority_fee as priorityFee, signed_at as signedAt
       from transactions where nonce = ? order by attempt`,
      nonce,
    );
  }

  insertTransaction(nonce: number, transaction: StoredTransaction): void {
    const { attempt, hash, raw, maxFee, priorityFee, signedAt } = transaction;
    this.#sql.exec(
      "insert into transactions (nonce, attempt, hash, raw, max_fee, priority_fee, signed_at) values (?, ?, ?, ?, ?, ?, ?)",
      nonce,
      attempt,
      hash,
      raw,
      maxFee,
      priorityFee,
      signedAt,
    );
    this.#sql.exec("update payments set txid = ? where nonce = ?", hash, nonce);
  }

  update(status: PaymentStatus, foreignSince: number | null): void {
    this.#sql.exec(
      "update payments set state = ?, txid = ?, confirmations = ?, fee = ?, foreign_since = ? where id = ?",
      status.state,
      status.txid,
      status.confirmations,
      status.fee,
      foreignSince,
      status.id,
    );
  }

  statuses(ids: readonly string[]): PaymentStatus[] {
    const rows = this.#rows<PaymentStatus>(
      `select id, state, txid, confirmations, fee from payments where id in (select value from json_each(?))`,
      JSON.stringify(ids),
    );
    const known = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => known.get(id) ?? { id, state: "unheard", txid: null, confirmations: 0, fee: "0" });
  }

  hasOpen(): boolean {
    return this.#rows("select 1 from payments where state in ('accepted', 'sent') limit 1").length > 0;
  }

  #rows<T>(sql: string, ...params: readonly (string | number | null)[]): T[] {
    return this.#sql.exec(sql, ...params).toArray() as T[];
  }
}
