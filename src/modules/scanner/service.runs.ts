import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { DAY, fromDayNumber } from "#kernel/time";
import { findContact, notify } from "#modules/messaging";
import { findRow, getState } from "#modules/market";
import type { Announced } from "#modules/webhooks";
import { announce } from "#modules/webhooks";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { z } from "zod";
import { problems } from "./errors.ts";
import type { DueScan, Match, QueuedRun, Run, Scan, SymbolMatch } from "./repository.ts";
import * as repository from "./repository.ts";
import type { Difference } from "./rules.ts";
import { differenceOf, isWorthAlert, nextRunAfter } from "./rules.ts";
import { getScan } from "./service.scans.ts";
import { MAX_MATCHES, runScan } from "./service.run.ts";
import { universeOf } from "./service.watchlists.ts";

/** A run is waiting for its turn. */
export const runQueued = defineEvent("scan.runQueued", z.strictObject({ runId: z.string() }));

/** Symbols told of in one alert; the run itself has all of them. */
const MAX_TOLD = 200;
const QUEUE_BATCH = 2_000;

export async function listRuns(ctx: Ctx, scanId: string, page: PageRequest): Promise<Page<Run>> {
  const scan = await getScan(ctx, scanId);
  return toPage(await repository.listRuns(ctx, scan.id, page), page, (run) => run.id);
}

export interface RunWithMatches {
  readonly run: Run;
  readonly matches: readonly Match[];
}

export async function getRun(ctx: Ctx, id: string): Promise<RunWithMatches> {
  const run = await repository.findRun(ctx, id);
  if (run?.userId !== customerOf(ctx)) throw problems.runNotFound();
  return { run, matches: await repository.listMatches(ctx, run.id) };
}

/** Asks for a run now; it is worked off by the queue. */
export const createRun = once(async (ctx: Ctx, scanId: string): Promise<Run> => {
  const scan = await getScan(ctx, scanId);
  const id = ctx.newId("run");
  await commit(
    ctx,
    [
      repository.insertRuns(ctx, [
        { id, scanId: scan.id, userId: scan.userId, version: scan.version, slot: `asked:${id}` },
      ]),
    ],
    {
      events: [draftEvent(runQueued, { runId: id })],
    },
  );
  const run = await repository.findRun(ctx, id);
  if (!run) throw new Error("A run that was committed must be there.");
  return run;
});

/** Which of my scans a symbol matched in the last days. */
export async function listSymbolMatches(ctx: Ctx, input: { symbol: string; days: number }): Promise<SymbolMatch[]> {
  const { symbol } = await findRow(ctx, input.symbol);
  const since = Math.floor(ctx.now() / DAY) - input.days;
  return await repository.listSymbolMatches(ctx, { userId: customerOf(ctx), symbol, since });
}

/** Queues the scans whose time has come, once each, however often it was missed. */
export async function queueDueScans(ctx: Ctx): Promise<void> {
  const due = await repository.listDueScans(ctx, QUEUE_BATCH);
  if (due.length === 0) return;
  const moves = due.map(({ id, schedule }) => ({ id, nextRunAt: nextRunAfter(schedule, ctx.now()) }));
  await queue(ctx, due, { slotOf: ({ nextRunAt }) => `cron:${nextRunAt}`, also: [repository.moveOn(ctx, moves)] });
}

/** Queues every daily scan that has not run on the newest day, once all exchanges have their bars or `late` says so. */
export async function queueDailyScans(ctx: Ctx, late: boolean): Promise<void> {
  const market = await getState(ctx);
  if (market.asOf === null || (!late && market.exchanges.some(({ stale }) => stale))) return;
  const slot = `daily:${fromDayNumber(market.asOf)}`;
  const due = await repository.listDailyScans(ctx, slot, QUEUE_BATCH);
  if (due.length > 0) await queue(ctx, due, { slotOf: () => slot, also: [] });
}

async function queue(
  ctx: Ctx,
  due: readonly DueScan[],
  how: { readonly slotOf: (scan: DueScan) => string; readonly also: Parameters<typeof commit>[1] },
): Promise<void> {
  const queued: QueuedRun[] = due.map((scan) => ({
    id: ctx.newId("run"),
    scanId: scan.id,
    userId: scan.userId,
    version: scan.version,
    slot: how.slotOf(scan),
  }));
  const events = queued.map(({ id }) => draftEvent(runQueued, { runId: id }));
  await commit(ctx, [repository.insertRuns(ctx, queued), ...how.also], { events });
}

/** Works a run off: scans, compares with the run before, stores what matched, and tells the owner. */
export async function finishRun(ctx: Ctx, runId: Id<"run">): Promise<void> {
  const run = await repository.findRun(ctx, runId);
  const scan = run && (await repository.findScan(ctx, run.scanId));
  if (!run || !scan || run.status === "done") return;
  const universe = await universeOf(ctx, scan.universe, scan.userId);
  const result = await runScan(ctx, {
    expression: scan.expression,
    universe: {
      exchanges: universe.exchanges ?? undefined,
      sectors: universe.sectors ?? undefined,
      symbols: universe.symbols ?? undefined,
    },
    order: "asc",
    columns: [],
    limit: MAX_MATCHES,
    offset: 0,
    asOf: null,
  });
  const symbols = result.matches.map(({ symbol }) => symbol);
  const difference = differenceOf((await repository.findMatchesBefore(ctx, run)) ?? [], symbols);
  const { asOf, universeSize, stale, matched, elapsedMs } = result;
  const finished: Run = { ...run, asOf, universeSize, stale, matched, elapsedMs, finishedAt: ctx.now() };
  const alert = await alertOf(ctx, { scan, run: finished, difference });
  await commit(ctx, [...repository.finishRun(ctx, finished, rowsOf(finished, difference)), ...alert.statements], {
    events: alert.events,
  });
}

function rowsOf(run: Run, difference: Difference): Match[] {
  const row = { runId: run.id, userId: run.userId, scanId: run.scanId, asOf: run.asOf ?? 0 };
  return (["entered", "stayed", "left"] as const).flatMap((state) =>
    difference[state].map((symbol) => ({ ...row, symbol, state })),
  );
}

interface Finished {
  readonly scan: Scan;
  readonly run: Run;
  readonly difference: Difference;
}

/** What goes out with the run's commit: a mail, a notification, calls to the owner's endpoints, or nothing. */
async function alertOf(ctx: Ctx, finished: Finished): Promise<Announced> {
  const { scan, difference } = finished;
  if (!scan.alert || !isWorthAlert(scan.alert.on, difference)) return { statements: [], events: [] };
  const parts = await Promise.all([noticeOf(ctx, finished), webhookOf(ctx, finished)]);
  return {
    statements: parts.flatMap(({ statements }) => statements),
    events: parts.flatMap(({ events }) => events),
  };
}

const NOTHING: Announced = { statements: [], events: [] };

async function noticeOf(ctx: Ctx, { scan, run, difference }: Finished): Promise<Announced> {
  const channels = (scan.alert?.channels ?? []).filter((channel) => channel !== "webhook");
  const contact = channels.length === 0 ? null : await findContact(ctx, scan.userId);
  if (!contact) return NOTHING;
  return await notify(ctx, {
    contact,
    kind: "scanAlert",
    channels,
    data: {
      scan: scan.name,
      entered: difference.entered.slice(0, MAX_TOLD),
      left: difference.left.slice(0, MAX_TOLD),
      at: ctx.now(),
      path: `/app/scanner/runs/${run.id}`,
    },
    dedupeKey: run.id,
  });
}

async function webhookOf(ctx: Ctx, { scan, run, difference }: Finished): Promise<Announced> {
  if (scan.alert?.channels.includes("webhook") !== true) return NOTHING;
  return await announce(ctx, {
    userId: scan.userId,
    type: "scan.alert",
    data: {
      scanId: scan.id,
      name: scan.name,
      runId: run.id,
      asOf: fromDayNumber(run.asOf ?? 0),
      matched: run.matched,
      entered: difference.entered.slice(0, MAX_TOLD),
      left: difference.left.slice(0, MAX_TOLD),
    },
    dedupeKey: run.id,
  });
}
