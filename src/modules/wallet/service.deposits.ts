import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import * as ledger from "#modules/ledger";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import { depositCredited } from "./events.ts";
import type { Deposit } from "./repository.deposits.ts";
import * as repository from "./repository.deposits.ts";
import { insertWallet, walletAsset } from "./service.wallets.ts";

export async function listDeposits(ctx: Ctx, page: PageRequest): Promise<Page<Deposit>> {
  return toPage(await repository.listDeposits(ctx, customerOf(ctx), page), page, (deposit) => deposit.id);
}

export async function getDeposit(ctx: Ctx, id: Id<"dep">): Promise<Deposit> {
  const deposit = await repository.findDeposit(ctx, id);
  if (deposit?.userId !== customerOf(ctx)) throw problems.depositNotFound();
  return deposit;
}

export interface Funding {
  readonly userId: Id<"user">;
  readonly asset: string;
  /** Minor units. */
  readonly amount: number;
}

/** The faucet of development: a deposit on the sandbox network, there at once. */
export async function fundWallet(ctx: Ctx, { userId, asset, amount }: Funding): Promise<Deposit> {
  const known = walletAsset(ctx, asset);
  const id = ctx.newId("dep");
  const deposit: Deposit = {
    id,
    userId,
    asset: known.asset,
    network: "sandbox",
    txid: `sandbox-${id}`,
    output: "native",
    address: `sandbox:${userId}`,
    amount,
    remainder: 0,
    blockHeight: null,
    blockHash: null,
    confirmations: 1,
    required: 1,
    status: "credited",
    missingSince: null,
    createdAt: ctx.now(),
    creditedAt: ctx.now(),
  };
  const { network } = deposit;
  await ledger.commitTransfers(
    ctx,
    {
      transfers: ledger.depositCredited({ depositId: id, userId, network, asset: known.asset, amount }),
      statements: [
        insertWallet(ctx, userId, known.asset),
        ledger.insertAccount(ctx, ledger.account("clearing:chain", known.asset, network)),
        repository.insertDeposit(ctx, deposit),
      ],
    },
    { events: [draftEvent(depositCredited, { depositId: id, userId, asset: known.asset })], result: deposit },
  );
  return deposit;
}
