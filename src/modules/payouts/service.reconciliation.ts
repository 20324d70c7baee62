import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { DAY } from "#kernel/time";
import { GatewayFailure } from "#modules/gateways";
import * as ledger from "#modules/ledger";
import type { Rail, RailPayout } from "#modules/rails";
import { listRails } from "#modules/rails";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import { findPayout } from "./repository.ts";
import type { DifferenceRow, Note } from "./repository.sending.ts";
import * as repository from "./repository.sending.ts";
import { applyTold } from "./service.sending.ts";

/**
 * Compares payouts on their way with the vendors and with the books. What is certain is brought in by the function that
 * events go through; the rest is a difference, which holds all payouts where money may have left that should not have.
 */

/** Banks send back what they have taken within three working days, and holidays come in between. */
const MAY_RETURN = 8 * DAY;
const LOOK_BACK = 5 * DAY;
const OVERDUE = 5 * DAY;
const A_PASS = 200;
/** Kinds that every comparison finds again as long as they last. */
const OF_BOOKS = ["books_differ", "overdue"] as const;

export async function reconcile(ctx: Ctx): Promise<void> {
  const begun = ctx.now();
  for (const rail of listRails(ctx)) {
    const failure = await compareRail(ctx, rail);
    await commit(ctx, [repository.putComparison(ctx, { rail: rail.name, comparedAt: begun, failure })]);
  }
  await compareBooks(ctx);
  await commit(ctx, [repository.resolveUnseen(ctx, OF_BOOKS, begun)]);
  await alert(ctx);
}

/** @returns why the comparison did not come to an end; null when it did */
async function compareRail(ctx: Ctx, rail: Rail): Promise<string | null> {
  const begun = ctx.now();
  try {
    await askForOpen(ctx, rail);
    await lookForUnknown(ctx, rail);
    await commit(ctx, [repository.resolveUnseen(ctx, ["outcome_unknown"], begun)]);
    return null;
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    ctx.log.warn("A rail could not be compared.", { module: "payouts", target: rail.name, code: error.code });
    return error.code;
  }
}

async function askForOpen(ctx: Ctx, rail: Rail): Promise<void> {
  const wanted = { endedAfter: ctx.now() - MAY_RETURN, limit: A_PASS };
  for (const { vendorId, key, payoutId } of await repository.listUnsettled(ctx, rail.name, wanted)) {
    const told = vendorId === null ? await rail.find(ctx, key) : await readOrMiss(ctx, rail, vendorId);
    const kind = vendorId === null ? "outcome_unknown" : "missing_at_vendor";
    if (told) await applyTold(ctx, rail, { told });
    else await note(ctx, { kind, subject: payoutId, detail: rail.name });
  }
}

async function readOrMiss(ctx: Ctx, rail: Rail, vendorId: string): Promise<RailPayout | null> {
  try {
    return await rail.read(ctx, vendorId);
  } catch (error) {
    if (error instanceof GatewayFailure && error.state === "missing") return null;
    throw error;
  }
}

async function lookForUnknown(ctx: Ctx, rail: Rail): Promise<void> {
  for (const told of await rail.listSince(ctx, ctx.now() - LOOK_BACK)) {
    if (await repository.findSendingOf(ctx, rail.name, told)) continue;
    // What an operator has uploaded as a file carries the payout's id and comes back as a file of results.
    if (told.key !== null && (await findPayout(ctx, told.key as Id<"payout">))) continue;
    const detail = `${told.amount} ${told.asset}, ${told.state} at ${rail.name}`;
    await note(ctx, { kind: "unknown_at_vendor", subject: told.id, detail });
  }
}

/** What is on its way lies in an account of its own, whole. */
async function compareBooks(ctx: Ctx): Promise<void> {
  const flying = await repository.listFlying(ctx, A_PASS);
  const accounts = await ledger.listAccounts(
    ctx,
    flying.map(({ id, asset }) => ledger.accountId("payout:flight", asset, id)),
  );
  const balances = new Map(
    accounts.map((account) => [account.accountId, account.creditsPosted - account.debitsPosted]),
  );
  for (const { id, asset, grossMinor, updatedAt } of flying) {
    const balance = balances.get(ledger.accountId("payout:flight", asset, id)) ?? 0;
    const now = balance === grossMinor ? null : await findPayout(ctx, id);
    if (now?.state === "processing")
      await note(ctx, { kind: "books_differ", subject: id, detail: `${balance} of ${grossMinor} ${asset} in flight` });
    if (updatedAt < ctx.now() - OVERDUE)
      await note(ctx, {
        kind: "overdue",
        subject: id,
        detail: `on its way since ${new Date(updatedAt).toISOString()}`,
      });
  }
}

async function note(ctx: Ctx, found: Note): Promise<void> {
  await commit(ctx, [repository.noteDifference(ctx, found)]);
}

/** Calls an operator, once for each difference. */
async function alert(ctx: Ctx): Promise<void> {
  const fresh = await repository.listUnalerted(ctx);
  for (const { kind, subject } of fresh)
    ctx.log.error("Payouts, vendors and books do not agree.", { module: "payouts", code: kind, target: subject });
  if (fresh.length > 0) await commit(ctx, [repository.setAlerted(ctx, fresh)]);
}

export async function listDifferences(ctx: Ctx, page: PageRequest): Promise<Page<DifferenceRow>> {
  return toPage(await repository.listDifferences(ctx, page), page, ({ id }) => id);
}

export interface ResolveDifference {
  readonly id: Id<"diff">;
  readonly reason: string;
}

/** An operator has looked into it: the difference is over, and stays over. */
export const resolveDifference = once(async (ctx: Ctx, { id, reason }: ResolveDifference): Promise<DifferenceRow> => {
  const row = await repository.findDifference(ctx, id);
  if (!row) throw problems.differenceNotFound();
  const by = customerOf(ctx);
  const result = { ...row, resolvedAt: ctx.now(), resolvedBy: by };
  await commit(ctx, repository.resolveDifference(ctx, id, by), {
    audit: {
      action: "payoutDifference.resolved",
      target: id,
      reason,
      before: { kind: row.kind, subject: row.subject },
    },
    result,
    refusals: { [repository.DIFFERENCE_OVER]: problems.differenceOver },
  });
  return result;
});
