import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { SECOND } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Maintenance } from "#platform/module";
import type { DeadLetter } from "#platform/dead-letters";
import { listDeadLetters, reviveDeadLetter } from "#platform/dead-letters";
import { accountOf } from "#platform/http/access";
import { remember } from "#platform/memory";
import { problems } from "./errors.ts";
import type { MaintenanceRow } from "./repository.ts";
import * as repository from "./repository.ts";
import type { Flag } from "./rules.ts";
import { isFlagOn } from "./rules.ts";

/** How long an isolate goes by what it has read: the longest that a switch takes to reach everywhere. */
const MEMORY_MS = 5 * SECOND;
const OPEN = { enabled: false, message: "", until: null, updatedAt: 0 } as const;

const rememberedMaintenance = remember(MEMORY_MS, async (ctx) => (await repository.findMaintenance(ctx)) ?? OPEN);
const rememberedFlags = remember(
  MEMORY_MS,
  async (ctx) => new Map((await repository.listFlags(ctx)).map((flag) => [flag.name, flag])),
);

/** The maintenance that is on at this moment; null when the product is open. */
export async function activeMaintenance(ctx: Ctx): Promise<Maintenance | null> {
  const row = await rememberedMaintenance.get(ctx);
  const over = row.until !== null && row.until <= ctx.now();
  return row.enabled && !over ? { message: row.message, until: row.until, since: row.updatedAt } : null;
}

export async function getMaintenance(ctx: Ctx): Promise<MaintenanceRow> {
  const { enabled, message, until } = (await repository.findMaintenance(ctx)) ?? OPEN;
  return { enabled, message, until };
}

export async function updateMaintenance(ctx: Ctx, input: MaintenanceRow): Promise<MaintenanceRow> {
  const before = await getMaintenance(ctx);
  await commit(ctx, [repository.putMaintenance(ctx, input)], {
    audit: { action: "maintenance.updated", target: "maintenance", before, after: input },
  });
  rememberedMaintenance.forget();
  return input;
}

export async function listFlags(ctx: Ctx): Promise<Flag[]> {
  return await repository.listFlags(ctx);
}

export async function getFlag(ctx: Ctx, name: string): Promise<Flag> {
  const flag = await repository.findFlag(ctx, name);
  if (!flag) throw problems.flagNotFound({ detail: "PUT makes a flag under this name." });
  return flag;
}

export async function updateFlag(ctx: Ctx, flag: Flag): Promise<Flag> {
  const before = await repository.findFlag(ctx, flag.name);
  await commit(ctx, [repository.putFlag(ctx, flag)], {
    audit: { action: "flag.updated", target: flag.name, before, after: flag },
  });
  rememberedFlags.forget();
  return flag;
}

/** Whether a flag is on for whoever acts. A flag that was never made is off. */
export async function isEnabled(ctx: Ctx, name: string): Promise<boolean> {
  const flag = (await rememberedFlags.get(ctx)).get(name);
  if (!flag) return false;
  const plan = "plan" in ctx.actor ? ctx.actor.plan : null;
  return isFlagOn(flag, { userId: accountOf(ctx.actor), plan });
}

export async function listJobs(ctx: Ctx, page: PageRequest): Promise<Page<DeadLetter>> {
  return toPage(await listDeadLetters(ctx, page), page, (job) => job.id);
}

/** Lets a dead letter have another go, from its first attempt on. */
export const retryJob = once(
  async (ctx: Ctx, id: string): Promise<DeadLetter> =>
    await reviveDeadLetter(ctx, id, () =>
      problems.jobNotFound({
        detail: "It may have been retried already; GET /api/v1/admin/jobs lists what is left.",
      }),
    ),
);
