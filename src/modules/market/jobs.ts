import { DAY } from "#kernel/time";
import { Problem } from "#kernel/problem";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { CronJob } from "#platform/module";
import { calendarOf, lastSession, listSessions } from "./calendar.ts";
import type { ExchangeCalendar } from "./calendars.ts";
import { GENERATED } from "./generated.ts";
import { providerOf } from "./providers.ts";
import * as repository from "./repository.ts";
import { refreshIndex } from "./service.index-refresh.ts";
import { getState, putSession } from "./service.ts";
import { syncShards } from "./shards.ts";

/** How far back a session that is missing is still asked for. */
const LOOK_BACK_DAYS = 14;
const MAX_ATTEMPTS = 40;
/** Sessions that one run asks for, so that a long gap does not hold everything else up. */
const MAX_SESSIONS = 5;
const SESSION_SHARE = 0.8;

/** Asks the provider for the sessions of an exchange that are over and not here. */
export async function pullSessions(ctx: Ctx): Promise<void> {
  const provider = providerOf(ctx);
  const known = new Set((await getState(ctx)).exchanges.map(({ exchange }) => exchange));
  for (const exchange of provider.exchanges) {
    const calendar = calendarOf(exchange);
    // The made-up market begins with the seed and nowhere else, so that it never mixes with real symbols.
    if (!calendar || (provider.source === GENERATED && !known.has(exchange))) continue;
    for (const day of await openSessions(ctx, calendar)) await pullSession(ctx, exchange, day);
  }
}

async function openSessions(ctx: Ctx, calendar: ExchangeCalendar): Promise<number[]> {
  const from = Math.floor(ctx.now() / DAY) - LOOK_BACK_DAYS;
  const rows = await repository.listSessions(ctx, calendar.code, from);
  const closed = new Set(
    rows.filter((row) => row.state === "loaded" || row.attempts >= MAX_ATTEMPTS).map(({ day }) => day),
  );
  return listSessions(calendar, from, lastSession(calendar, ctx.now()))
    .filter((day) => !closed.has(day))
    .slice(0, MAX_SESSIONS);
}

/** A session that the provider does not have, or has too little of, stays marked as a gap and is asked for again. */
async function pullSession(ctx: Ctx, exchange: string, day: number): Promise<void> {
  const provider = providerOf(ctx);
  const before = (await repository.listSessions(ctx, exchange, day - 7)).filter((row) => row.state === "loaded");
  const usual = before.reduce((most, row) => Math.max(most, row.bars), 0);
  try {
    const data = await provider.readSession(ctx, exchange, day);
    const bars = data.bars.day.length;
    if (bars > 0) await putSession(ctx, provider.source, data);
    const state = bars === 0 ? "missing" : bars < usual * SESSION_SHARE ? "partial" : "loaded";
    if (state !== "loaded") await noteGap(ctx, { exchange, day, state, bars });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    ctx.log.warn("A session could not be had.", { target: exchange, slot: day, code: error.code });
    await noteGap(ctx, { exchange, day, state: "missing", bars: 0 });
  }
}

async function noteGap(
  ctx: Ctx,
  gap: { exchange: string; day: number; state: "partial" | "missing"; bars: number },
): Promise<void> {
  const row = { ...gap, source: providerOf(ctx).source, attempts: 1, updatedAt: ctx.now() };
  await commit(ctx, repository.upsertSessions(ctx, [row]));
}

export const crons: readonly CronJob[] = [
  { name: "market.refreshIndex", schedule: "* * * * *", run: refreshIndex },
  { name: "market.pullSessions", schedule: "*/10 * * * *", run: pullSessions },
  {
    name: "market.syncShards",
    schedule: "29 * * * *",
    run: async (ctx) => {
      await syncShards(ctx, (await getState(ctx)).shards);
    },
  },
];
