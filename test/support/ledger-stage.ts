import { expect } from "vitest";
import type { Transfer } from "#modules/ledger";
import * as ledger from "#modules/ledger";
import { freshId } from "./actors.ts";
import { testApp } from "./app.ts";
import { testCtx } from "./ctx.ts";

const ctx = testCtx(testApp());

/** A stage with every account that the rules name, on which rules are played and read off as net movements. */
export class Stage {
  readonly user = freshId("user");
  readonly other = freshId("user");
  readonly asset: string;
  readonly #before = new Map<string, number>();

  constructor(asset = "USD") {
    this.asset = asset;
  }

  async play(...transfers: readonly Transfer[]): Promise<void> {
    const accounts = transfers.flatMap((transfer) =>
      "debitAccountId" in transfer ? [transfer.debitAccountId ?? "", transfer.creditAccountId ?? ""] : [],
    );
    for (const id of new Set(accounts)) await this.#open(id);
    expect(await ledger.chain(ctx, transfers)).toBe("created");
    expect(await ledger.chain(ctx, transfers)).toBe("exists");
  }

  async #open(id: string): Promise<void> {
    const words = id.split(":");
    const code = (Object.keys(ledger.CHART) as ledger.AccountCode[]).find((name) => id.startsWith(`${name}:`));
    if (code === undefined) throw new Error(`${id} is not in the chart.`);
    const subject = words.slice(code.split(":").length, -1).join(":");
    const account = ledger.account(code, words.at(-1) ?? "", subject === "" ? undefined : subject);
    expect(account.id).toBe(id);
    await ledger.openAccount(ctx, account);
    if (!this.#before.has(id)) this.#before.set(id, await this.#net(id));
  }

  /** Fills a user's wallet by a deposit. */
  async fund(amount: number, userId: string = this.user): Promise<void> {
    const depositId = freshId("dep");
    await this.play(...ledger.depositCredited({ depositId, userId, network: "sandbox", asset: this.asset, amount }));
    for (const id of this.#before.keys()) this.#before.set(id, await this.#net(id));
  }

  /** What each account has gained on its credit side since it was last funded, of those that have gained or lost. */
  async moved(): Promise<Record<string, number>> {
    const names: [string, number][] = [];
    for (const [id, before] of this.#before) {
      const gain = (await this.#net(id)) - before;
      if (gain !== 0)
        names.push([
          id
            .replace(this.user, "user")
            .replace(this.other, "other")
            .replace(/[a-z]+_[0-9a-z]{26}/, "it"),
          gain,
        ]);
    }
    return Object.fromEntries(names);
  }

  async held(accountId: string): Promise<number> {
    return (await ledger.balance(ctx, accountId)).debitsPending;
  }

  async #net(id: string): Promise<number> {
    const { creditsPosted, debitsPosted } = await ledger.balance(ctx, id);
    return creditsPosted - debitsPosted;
  }
}
