import type { Id } from "#kernel/ids";
import * as ledger from "#modules/ledger";
import { commit, describeActor, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { writeCsv } from "#platform/csv";
import { problems } from "./errors.ts";
import type { Payout } from "./repository.ts";
import * as repository from "./repository.ts";
import { readNumber } from "./service.bank-accounts.ts";
import { tell, transfersOf } from "./service.ts";

/** As many as one file and one commit take. */
const BATCH_MAX = 50;

export interface Batch {
  readonly id: string;
  readonly payouts: readonly Payout[];
}

/** The approved payouts that the next batch would send. */
export async function previewBatch(ctx: Ctx): Promise<readonly Payout[]> {
  const rows = await repository.listPayouts(ctx, { state: "approved" }, { limit: BATCH_MAX, after: null });
  return rows.slice(0, BATCH_MAX);
}

/** Marks the approved payouts as sent, all of them in one commit, under the name of a batch whose file is fetched next. */
export const createBatch = once(async (ctx: Ctx): Promise<Batch> => {
  await ledger.assertPayoutsOpen(ctx);
  const waiting = await previewBatch(ctx);
  if (waiting.length === 0) throw problems.nothingToSend();
  const id = ctx.newId("job");
  const { actor } = describeActor(ctx);
  const told = await Promise.all(waiting.map(async (row) => await tell(ctx, { ...row, state: "processing" }, null)));
  const payouts = waiting.map((row): Payout => ({
    ...row,
    state: "processing",
    version: row.version + 1,
    batchId: id,
  }));
  const batch: Batch = { id, payouts };
  await ledger.commitTransfers(
    ctx,
    {
      transfers: waiting.flatMap((row) => transfersOf(row, "processing")),
      statements: [
        ...waiting.flatMap((row) => repository.movePayout(ctx, row, { to: "processing", actor, batchId: id })),
        ...told.flatMap((part) => part.statements),
      ],
    },
    {
      audit: { action: "payoutBatch.created", target: id, after: { payouts: waiting.map((row) => row.id) } },
      events: told.flatMap((part) => part.events),
      result: batch,
      refusals: { [repository.PAYOUT_RACED]: problems.payoutRaced },
    },
  );
  return batch;
});

const HEADER = ["payoutId", "holderName", "type", "accountNumber", "ifsc", "amount", "asset"];

/** The file for the bank, with the whole numbers: each look at it is audited. */
export async function readBatchFile(ctx: Ctx, id: Id<"job">): Promise<string> {
  const rows = await repository.listPayouts(ctx, { batchId: id }, { limit: BATCH_MAX, after: null });
  if (rows.length === 0) throw problems.batchNotFound();
  const lines = await Promise.all(
    rows.map(async (row) => {
      const { holderName, type, ifsc } = row.account;
      const net = { decimal: ledger.writeAmount(row.grossMinor - row.taxMinor, row.asset) };
      return [row.id, holderName, type, await readNumber(ctx, row.account), ifsc, net, row.asset];
    }),
  );
  await commit(ctx, [], { audit: { action: "payoutBatch.read", target: id, after: { payouts: rows.length } } });
  return writeCsv(HEADER, lines);
}
