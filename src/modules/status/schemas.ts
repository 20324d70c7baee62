import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { pageOf, textField, timestamp } from "#platform/http/fields";
import type { Incident } from "./repository.ts";
import type { Status } from "./service.ts";

const state = z.enum(["investigating", "identified", "monitoring", "resolved"]);
const impact = z.enum(["minor", "major", "critical"]);
const message = textField(2_000).openapi({ description: "What subscribers read.", example: "Payouts are late." });
const bps = z.int().openapi({ description: "Share of the checks that went well, in basis points.", example: 9_998 });

export const incident = z
  .object({
    id: z.string().openapi({ example: "inc_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    title: z.string(),
    impact,
    state,
    startedAt: timestamp,
    resolvedAt: timestamp.nullable(),
    updates: z.array(z.object({ state, message: z.string(), at: timestamp })).openapi({ description: "Newest first." }),
  })
  .openapi("Incident");

export const incidentPage = pageOf(incident).openapi("IncidentPage");

export const status = z
  .object({
    status: z.enum(["operational", "degraded", "outage", "unknown"]),
    checkedAt: timestamp.nullable(),
    components: z.array(
      z.object({
        name: z.string().openapi({ example: "database" }),
        status: z.enum(["up", "down", "unknown"]),
        latencyMs: z.int(),
        uptimeBps: bps,
        days: z.array(z.object({ day: z.iso.date(), uptimeBps: bps })),
      }),
    ),
    incidents: z.array(incident).openapi({ description: "Those that are open." }),
  })
  .openapi("Status");

export const createIncident = z
  .strictObject({
    title: textField(200).openapi({ example: "Payouts are late" }),
    impact,
    state: state.default("investigating"),
    message,
  })
  .openapi("CreateIncident");

export const updateIncident = z.strictObject({ state, message }).openapi("UpdateIncident");

export const subscribe = z
  .strictObject({ email: z.email().max(254).openapi({ example: "ada@example.com" }) })
  .openapi("SubscribeToStatus");

export const accepted = z.object({ status: z.literal("confirmation_sent") }).openapi("SubscriptionAsked");

export function presentIncident(row: Incident): z.infer<typeof incident> {
  return {
    id: row.id,
    title: row.title,
    impact: row.impact,
    state: row.state,
    startedAt: toTimestamp(row.startedAt),
    resolvedAt: row.resolvedAt === null ? null : toTimestamp(row.resolvedAt),
    updates: row.updates.map((update) => ({
      state: update.state,
      message: update.message,
      at: toTimestamp(update.at),
    })),
  };
}

export function presentStatus({ overall, components, incidents, checkedAt }: Status): z.infer<typeof status> {
  return {
    status: overall,
    checkedAt: checkedAt === null ? null : toTimestamp(checkedAt),
    components: components.map(({ name, state: now, latencyMs, uptimeBps, days }) => ({
      name,
      status: now,
      latencyMs,
      uptimeBps,
      days: [...days],
    })),
    incidents: incidents.map(presentIncident),
  };
}
