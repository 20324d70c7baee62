import { z } from "@hono/zod-openapi";
import { DAY, toDate } from "#kernel/time";
import type { Analytics } from "./service.ts";

const date = z.iso.date().openapi({ example: "2026-11-20" });
const LONGEST_MS = 400 * DAY;

export const range = z
  .strictObject({
    from: date.optional().openapi({ description: "30 days before `to`, if left out.", example: "2026-10-22" }),
    to: date.optional().openapi({ description: "Today, if left out.", example: "2026-11-20" }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ["from"],
    params: { code: "range_empty" },
    error: "The range ends before it begins.",
  })
  .refine(({ from, to }) => !from || Date.parse(to ?? toDate(Date.now())) - Date.parse(from) <= LONGEST_MS, {
    path: ["from"],
    params: { code: "range_too_long" },
    error: "At most 400 days.",
  });

/** The days that are meant where the query leaves some out. */
export function toRange({ from, to }: z.infer<typeof range>, now: number): { from: string; to: string } {
  const end = to ?? toDate(now);
  return { from: from ?? toDate(Date.parse(end) - 29 * DAY), to: end };
}

const count = z.int();

export const analytics = z
  .object({
    from: date,
    to: date,
    days: z.array(
      z.object({
        day: date,
        visits: count,
        registered: count,
        verified: count,
        paid: count,
        dau: count.openapi({ description: "Accounts active on the day." }),
        wau: count.openapi({ description: "On it and the six days before." }),
        mau: count.openapi({ description: "On it and the 29 days before." }),
        calls: count,
        apiCalls: count,
        apiFailures: count,
      }),
    ),
    funnel: z.array(
      z.object({
        step: z.enum(["visit", "registered", "verified", "paid"]),
        count,
        conversionBps: count.nullable().openapi({ description: "Of the step before." }),
      }),
    ),
    features: z.array(z.object({ feature: z.string(), peakUsers: count, calls: count })),
    retention: z.array(z.object({ cohort: date, week: count, size: count, active: count })),
    apiKeys: z.array(
      z.object({ keyId: z.string(), userId: z.string(), route: z.string(), calls: count, failures: count }),
    ),
  })
  .openapi("Analytics");

export function presentAnalytics(found: Analytics): z.infer<typeof analytics> {
  return {
    ...found,
    days: [...found.days],
    funnel: [...found.funnel],
    features: [...found.features],
    retention: [...found.retention],
    apiKeys: [...found.apiKeys],
  };
}
