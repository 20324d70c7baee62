import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import type { Problem } from "#kernel/problem";
import { entitlementsOf, planRequired } from "#modules/billing";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { normalFormOf } from "./compile.ts";
import { problems } from "./errors.ts";
import type { Scan, Version } from "./repository.ts";
import * as repository from "./repository.ts";
import { nextRunAfter, readSchedule } from "./rules.ts";
import type { StoredAlert, StoredUniverse } from "./tables.ts";
import { universeOf } from "./service.watchlists.ts";

export async function listScans(ctx: Ctx, page: PageRequest): Promise<Page<Scan>> {
  return toPage(await repository.listScans(ctx, customerOf(ctx), page), page, (scan) => scan.id);
}

export async function getScan(ctx: Ctx, id: string): Promise<Scan> {
  const scan = await repository.findScan(ctx, id);
  if (scan?.userId !== customerOf(ctx)) throw problems.scanNotFound();
  return scan;
}

export async function listVersions(ctx: Ctx, id: string): Promise<Version[]> {
  return await repository.listVersions(ctx, (await getScan(ctx, id)).id);
}

export interface ScanInput {
  readonly name: string;
  readonly expression: string;
  readonly universe: StoredUniverse;
  readonly schedule: string | null;
  readonly alert: StoredAlert | null;
}

export const createScan = once(async (ctx: Ctx, input: ScanInput): Promise<Scan> => {
  const userId = customerOf(ctx);
  const now = ctx.now();
  const scan: Scan = {
    id: ctx.newId("scan"),
    userId,
    version: 1,
    ...(await readInput(ctx, input)),
    createdAt: now,
    updatedAt: now,
  };
  const { limits } = await entitlementsOf(ctx, userId);
  await commit(ctx, repository.insertScan(ctx, scan, limits), {
    result: scan,
    refusals: {
      scanner_scans_full: () =>
        planRequired({
          limit: "savedScans",
          detail: `Your plan keeps ${limits.savedScans} scans; delete one or choose a larger plan.`,
        }),
      ...alertsFull(limits.alerts),
    },
  });
  return scan;
});

/** The refusal of one alert too many. */
function alertsFull(alerts: number): Readonly<Record<string, () => Problem>> {
  const detail = `Your plan sends alerts for ${alerts} scans; take one away or choose a larger plan.`;
  return { scanner_alerts_full: () => planRequired({ limit: "alerts", detail }) };
}

export interface UpdateScan extends Partial<ScanInput> {
  readonly id: Id<"scan">;
}

export async function updateScan(ctx: Ctx, { id, ...changes }: UpdateScan): Promise<Scan> {
  const before = await getScan(ctx, id);
  const { name, expression, universe, schedule, alert } = { ...before, ...changes };
  const fields = await readInput(ctx, { name, expression, universe, schedule, alert });
  const same = fields.expression === before.expression && JSON.stringify(universe) === JSON.stringify(before.universe);
  const version = same ? before.version : before.version + 1;
  const scan: Scan = { ...before, ...fields, version, updatedAt: Math.max(ctx.now(), before.updatedAt + 1) };
  const { alerts } = (await entitlementsOf(ctx, before.userId)).limits;
  await commit(ctx, repository.updateScan(ctx, scan, { readAt: before.updatedAt, alerts }), {
    result: scan,
    refusals: {
      scanner_scan_changed: () => problems.scanChanged({ detail: "Read it again and repeat your change." }),
      ...alertsFull(alerts),
    },
  });
  return scan;
}

export async function deleteScan(ctx: Ctx, id: Id<"scan">): Promise<void> {
  await getScan(ctx, id);
  await commit(ctx, repository.deleteScan(ctx, id));
}

type Fields = Pick<Scan, "name" | "expression" | "normalForm" | "universe" | "schedule" | "alert" | "nextRunAt">;

/** Checks what a scan is made of: that it can be read, that its universe exists and that the plan allows its schedule. */
async function readInput(ctx: Ctx, input: ScanInput): Promise<Fields> {
  const normalForm = normalFormOf(input.expression);
  await universeOf(ctx, input.universe);
  const schedule = input.schedule === null ? null : await scheduleOf(ctx, input.schedule);
  const { name, expression, universe, alert } = input;
  return { name, expression, normalForm, universe, schedule, alert, nextRunAt: nextRunAfter(schedule, ctx.now()) };
}

async function scheduleOf(ctx: Ctx, text: string): Promise<string> {
  const { scheduleMinutes } = (await entitlementsOf(ctx, customerOf(ctx))).limits;
  const read = readSchedule(text, scheduleMinutes);
  if (read.ok) return read.schedule;
  if (read.reason === "too_often") {
    const detail = `Your plan runs scans every ${scheduleMinutes} minutes at most.`;
    throw planRequired({ limit: "scheduleMinutes", detail });
  }
  throw problems.scheduleInvalid({
    detail: "A schedule is `daily`, `hourly` or a cron line of five fields in UTC, such as `30 14 * * 1-5`.",
  });
}
