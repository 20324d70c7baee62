import { z } from "zod";
import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { DAY, SECOND, toDate } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { remember } from "#platform/memory";
import { problems } from "./errors.ts";
import type { Incident } from "./repository.ts";
import * as repository from "./repository.ts";
import type { Component, Impact, IncidentState, Overall } from "./rules.ts";
import { componentsOf, overallOf } from "./rules.ts";

/** Something was said about an incident. `after` is the last subscriber who was told. */
export const incidentUpdated = defineEvent(
  "incident.updated",
  z.strictObject({ incidentId: z.string(), at: z.int(), after: z.string() }),
);

export interface Status {
  readonly overall: Overall;
  readonly components: readonly Component[];
  /** Those that are open. */
  readonly incidents: readonly Incident[];
  readonly checkedAt: number | null;
}

const DAYS_SHOWN = 90;
const MEMORY_MS = 10 * SECOND;

const remembered = remember(MEMORY_MS, readStatus);

/** How things are, as the checks and the operators say. */
export async function getStatus(ctx: Ctx): Promise<Status> {
  return await remembered.get(ctx);
}

/** The same, where the database may be away: then that is how things are. */
export async function getStatusAnyway(ctx: Ctx): Promise<Status> {
  try {
    return await getStatus(ctx);
  } catch (error) {
    ctx.log.warn("The status page goes without the database.", { error });
    return { overall: "outage", components: [], incidents: [], checkedAt: null };
  }
}

async function readStatus(ctx: Ctx): Promise<Status> {
  const from = toDate(ctx.now() - (DAYS_SHOWN - 1) * DAY);
  const [days, incidents] = await Promise.all([repository.listDays(ctx, from), repository.listOpen(ctx)]);
  const components = componentsOf(days, ctx.now());
  const checked = components.map(({ checkedAt }) => checkedAt);
  return {
    overall: overallOf(
      components,
      incidents.map(({ impact }) => impact),
    ),
    components,
    incidents,
    checkedAt: checked.length === 0 ? null : Math.max(...checked),
  };
}

export async function listIncidents(ctx: Ctx, page: PageRequest): Promise<Page<Incident>> {
  return toPage(await repository.listIncidents(ctx, page), page, ({ id }) => id);
}

export interface CreateIncident {
  readonly title: string;
  readonly impact: Impact;
  readonly state: IncidentState;
  readonly message: string;
}

export const createIncident = once(async (ctx: Ctx, input: CreateIncident): Promise<Incident> => {
  const { title, impact, state, message } = input;
  const now = ctx.now();
  const resolvedAt = state === "resolved" ? now : null;
  const row = { id: ctx.newId("inc"), title, impact, state, startedAt: now, resolvedAt };
  const update = { state, message, at: now };
  const incident = { ...row, updates: [update] };
  await commit(ctx, [repository.insertIncident(ctx, row), repository.insertUpdate(ctx, row.id, update)], {
    audit: { action: "incident.created", target: row.id, after: input },
    events: [draftEvent(incidentUpdated, { incidentId: row.id, at: now, after: "" })],
    result: incident,
  });
  remembered.forget();
  return incident;
});

export interface UpdateIncident {
  readonly id: Id<"inc">;
  readonly state: IncidentState;
  readonly message: string;
}

export const updateIncident = once(async (ctx: Ctx, { id, state, message }: UpdateIncident): Promise<Incident> => {
  const incident = await repository.findIncident(ctx, id);
  if (!incident) throw problems.incidentNotFound();
  const update = { state, message, at: ctx.now() };
  const resolvedAt = state === "resolved" ? ctx.now() : null;
  const result = { ...incident, state, resolvedAt, updates: [update, ...incident.updates] };
  await commit(ctx, [...repository.moveIncident(ctx, id, state), repository.insertUpdate(ctx, id, update)], {
    audit: { action: "incident.updated", target: id, before: { state: incident.state }, after: { state, message } },
    events: [draftEvent(incidentUpdated, { incidentId: id, at: update.at, after: "" })],
    result,
    refusals: { [repository.CLOSED]: () => problems.incidentResolved({ detail: "Open a new one if it is back." }) },
  });
  remembered.forget();
  return result;
});
