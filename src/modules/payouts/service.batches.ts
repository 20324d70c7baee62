import type { EventDraft } from "#kernel/event";
import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import * as ledger from "#modules/ledger";
import type { RailName } from "#modules/rails";
import { railFor } from "#modules/rails";
import { commit, describeActor, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { problems } from "./errors.ts";
import { sendingIntended } from "./events.ts";
import type { FileFormat } from "./batch-file.ts";
import { digestOf, writeBatchFile } from "./batch-file.ts";
import type { Payout } from "./repository.ts";
import * as repository from "./repository.ts";
import { insertSending, listSendings } from "./repository.sending.ts";
import { readNumber } from "./service.bank-accounts.ts";
import { assertOpen, carryOut, tell, transfersOf } from "./service.moves.ts";
import { isPayable } from "./service.ts";

/** As many as one file and one commit take. */
const BATCH_MAX = 50;

export type Road = RailName | "file";

export interface Leaving {
  readonly payout: Payout;
  readonly road: Road;
}

export interface Batch {
  readonly id: string;
  readonly leaving: readonly Leaving[];
}

/** The approved payouts that the next batch would send, and by which road. Whoever is suspended waits. */
export async function previewBatch(ctx: Ctx): Promise<readonly Leaving[]> {
  const rows = await repository.listPayouts(ctx, { state: "approved" }, { limit: BATCH_MAX, after: null });
  const payable = await Promise.all(rows.slice(0, BATCH_MAX).map(async (row) => await isPayable(ctx, row.userId)));
  return rows
    .filter((_, index) => payable[index] === true)
    .map((payout) => ({ payout, road: railFor(ctx, payout.account)?.name ?? "file" }));
}

interface Begun {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

/** What has a payout leave by a rail: its key, stored before anybody is called. A file needs none. */
function begin(ctx: Ctx, { payout, road }: Leaving): Begun {
  if (road === "file") return { statements: [], events: [] };
  return {
    statements: [insertSending(ctx, payout.id, road)],
    events: [draftEvent(sendingIntended, { payoutId: payout.id })],
  };
}

/**
 * Marks the approved payouts as sent, all of them in one commit, under the name of a batch. Those with a rail leave by it;
 * the others stand in a file that is fetched next.
 */
export const createBatch = once(async (ctx: Ctx): Promise<Batch> => {
  await assertOpen(ctx);
  const waiting = await previewBatch(ctx);
  if (waiting.length === 0) throw problems.nothingToSend();
  const id = ctx.newId("job");
  const { actor } = describeActor(ctx);
  const told = await Promise.all(
    waiting.map(async ({ payout }) => await tell(ctx, { ...payout, state: "processing" }, null)),
  );
  const begun = waiting.map((leaving) => begin(ctx, leaving));
  const batch: Batch = {
    id,
    leaving: waiting.map(({ payout, road }) => ({
      payout: { ...payout, state: "processing", version: payout.version + 1, batchId: id },
      road,
    })),
  };
  await ledger.commitTransfers(
    ctx,
    {
      transfers: waiting.flatMap(({ payout }) => transfersOf(payout, "processing")),
      statements: [
        ...waiting.flatMap(({ payout }) =>
          repository.movePayout(ctx, payout, {
            to: "processing",
            actor,
            batchId: id,
            reason: null,
            reference: payout.reference,
          }),
        ),
        ...[...begun, ...told].flatMap((part) => part.statements),
      ],
    },
    {
      audit: { action: "payoutBatch.created", target: id, after: { payouts: waiting.map(({ payout }) => payout.id) } },
      events: [...begun, ...told].flatMap((part) => part.events),
      result: batch,
      refusals: { [repository.PAYOUT_RACED]: problems.payoutRaced },
    },
  );
  return batch;
});

/** Has approved payouts leave by their rails without an operator, where that is switched on. Files wait for one. */
export async function sendApproved(ctx: Ctx): Promise<void> {
  if (!ctx.config.payouts.automatic) return;
  await assertOpen(ctx);
  for (const leaving of await previewBatch(ctx)) {
    if (leaving.road === "file") continue;
    const { statements, events } = begin(ctx, leaving);
    await carryOut(ctx, leaving.payout, { command: "send", along: statements, events }).catch((error: unknown) => {
      ctx.log.error("A payout could not be sent.", { module: "payouts", target: leaving.payout.id, error });
    });
  }
}

export interface BatchFile {
  readonly csv: string;
  /** SHA-256, so that who uploads the file can tell that nobody has touched it. */
  readonly digest: string;
}

/** The file for the bank, with the whole numbers: each look at it is audited. */
export async function readBatchFile(ctx: Ctx, id: Id<"job">, format: FileFormat): Promise<BatchFile> {
  const rows = await listBatch(ctx, id);
  const sendings = await listSendings(
    ctx,
    rows.map((row) => row.id),
  );
  const numbered = await Promise.all(
    rows
      .filter((row) => !sendings.has(row.id))
      .map(async (payout) => ({ payout, number: await readNumber(ctx, payout.account) })),
  );
  const csv = writeBatchFile(format, numbered, ctx.config.payouts.razorpayx?.accountNumber ?? "");
  const digest = await digestOf(csv);
  const after = { payouts: numbered.length, format, digest };
  await commit(ctx, [], { audit: { action: "payoutBatch.read", target: id, after } });
  return { csv, digest };
}

/** The payouts of a batch. */
export async function listBatch(ctx: Ctx, id: Id<"job">): Promise<Payout[]> {
  const rows = await repository.listPayouts(ctx, { batchId: id }, { limit: BATCH_MAX, after: null });
  if (rows.length === 0) throw problems.batchNotFound();
  return rows;
}
