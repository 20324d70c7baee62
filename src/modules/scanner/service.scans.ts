import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { normalFormOf } from "./compile.ts";
import { customer } from "./customer.ts";
import { problems } from "./errors.ts";
import type { Scan, Version } from "./repository.ts";
import * as repository from "./repository.ts";
import { limitsOf, nextRunAfter, readSchedule } from "./rules.ts";
import type { StoredAlert, StoredUniverse } from "./tables.ts";
import { universeOf } from "./service.watchlists.ts";

export async function listScans(ctx: Ctx, page: PageRequest): Promise<Page<Scan>> {
  return toPage(await repository.listScans(ctx, customer(ctx).userId, page), page, (scan) => scan.id);
}

export async function getScan(ctx: Ctx, id: string): Promise<Scan> {
  const scan = await repository.findScan(ctx, id);
  if (scan?.userId !== customer(ctx).userId) throw problems.scanNotFound();
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
  const { userId, plan } = customer(ctx);
  const now = ctx.now();
  const scan: Scan = {
    id: ctx.newId("scan"),
    userId,
    version: 1,
    ...(await readInput(ctx, input)),
    createdAt: now,
    updatedAt: now,
  };
  const { savedScans } = limitsOf(plan);
  await commit(ctx, repository.insertScan(ctx, scan, savedScans), {
    result: scan,
    refusals: {
      scanner_scans_full: () =>
        problems.planRequired({ detail: `Your plan keeps ${savedScans} scans; delete one or choose a larger plan.` }),
    },
  });
  return scan;
});

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
  await commit(ctx, repository.updateScan(ctx, scan, before.updatedAt), {
    result: scan,
    refusals: { scanner_scan_changed: () => problems.scanChanged({ detail: "Read it again and repeat your change." }) },
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
  const schedule = input.schedule === null ? null : scheduleOf(ctx, input.schedule);
  const { name, expression, universe, alert } = input;
  return { name, expression, normalForm, universe, schedule, alert, nextRunAt: nextRunAfter(schedule, ctx.now()) };
}

function scheduleOf(ctx: Ctx, text: string): string {
  const read = readSchedule(text, limitsOf(customer(ctx).plan));
  if (read.ok) return read.schedule;
  if (read.reason === "too_often") throw problems.planRequired({ detail: "Your plan does not run scans this often." });
  throw problems.scheduleInvalid({
    detail: "A schedule is `daily`, `hourly` or a cron line of five fields in UTC, such as `30 14 * * 1-5`.",
  });
}
