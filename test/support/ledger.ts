import { env } from "cloudflare:workers";
import type { NewAccount, Posted } from "#modules/ledger";
import * as ledger from "#modules/ledger";
import { Problem } from "#kernel/problem";
import type { Ctx } from "#platform/ctx";
import { freshId } from "./actors.ts";

/** Accounts of one test: names of its own, opened and filled. */
export class Books {
  readonly ctx: Ctx;
  readonly #prefix: string;
  #transfers = 0;

  constructor(ctx: Ctx) {
    this.ctx = ctx;
    this.#prefix = freshId("acct");
  }

  /** A transfer id that nobody else has. */
  newId(): string {
    this.#transfers += 1;
    return `${this.#prefix}.t${this.#transfers}`;
  }

  /** Opens an account; with a balance it is filled from outside. */
  async open(options: Partial<NewAccount> & { readonly balance?: number } = {}): Promise<string> {
    const { balance = 0, ...properties } = options;
    this.#transfers += 1;
    const id = `${this.#prefix}:${this.#transfers}`;
    await ledger.openAccount(this.ctx, {
      id,
      asset: "USD",
      code: "wallet:user",
      owner: null,
      limit: "debits",
      ...properties,
    });
    if (balance > 0) await this.fill(id, balance);
    return id;
  }

  async fill(accountId: string, amount: number): Promise<void> {
    const { asset } = await ledger.getAccount(this.ctx, accountId);
    const outside = await this.open({ asset, code: "equity", limit: null });
    await ledger.post(this.ctx, this.move(outside, accountId, amount, { asset }));
  }

  /** A transfer of some dollars. */
  move(debitAccountId: string, creditAccountId: string, amount: number, rest: Partial<Posted> = {}): Posted {
    return {
      kind: "posted",
      id: this.newId(),
      debitAccountId,
      creditAccountId,
      amount,
      asset: "USD",
      code: "test",
      ...rest,
    };
  }

  /** What an account has and may spend. */
  async available(accountId: string): Promise<number> {
    const account = await ledger.getAccount(this.ctx, accountId);
    return account.creditsPosted - account.debitsPosted - account.debitsPending;
  }
}

/** The ledger's code for the refusal that a call ends in; what it gave back when it did not refuse. */
export async function outcomeOf<T>(call: Promise<T>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.options.extra?.["outcome"] ?? error.code;
  }
}

/** Runs statements on the database as an application bug would. */
export async function run(sql: string, ...params: readonly (string | number | null)[]): Promise<void> {
  await env.DB.prepare(sql)
    .bind(...params)
    .run();
}
