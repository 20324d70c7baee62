import { z } from "@hono/zod-openapi";
import type { Report, Statistics } from "./service.reports.ts";

export const month = z
  .string()
  .regex(/^20[0-9]{2}-(0[1-9]|1[0-2])$/)
  .openapi({ param: { name: "month", in: "path" }, example: "2026-11" });

export const statistics = z
  .object({
    data: z
      .record(z.string(), z.record(z.string(), z.int()))
      .openapi({ example: { identity: { accounts: 1_204, suspended: 2 }, support: { openTickets: 3 } } }),
  })
  .openapi("Statistics");

const points = z.int().min(0).max(100);

export const health = z
  .object({
    score: points,
    formula: z.string(),
    parts: z.array(
      z.object({
        name: z.string().openapi({ example: "uptime" }),
        weight: points,
        score: points,
        definition: z.string(),
      }),
    ),
  })
  .openapi("HealthScore");

export const report = z
  .object({
    month: z.string(),
    sections: z.array(
      z.object({ title: z.string(), facts: z.array(z.object({ label: z.string(), value: z.string() })) }),
    ),
  })
  .openapi("Report");

export const places = z
  .object({
    data: z.array(
      z.object({
        place: z.string().openapi({ description: "A gateway, the bank or the networks.", example: "stripe" }),
        asset: z.string().openapi({ example: "EUR" }),
        cameIn: z.string().openapi({ example: "1250.00" }),
        wentOut: z.string().openapi({ example: "300.00" }),
        there: z.string().openapi({ example: "950.00" }),
      }),
    ),
  })
  .openapi("MoneyPlaces");

export function presentStatistics(found: Statistics): z.infer<typeof statistics> {
  return { data: Object.fromEntries(Object.entries(found).map(([name, counts]) => [name, { ...counts }])) };
}

export function presentReport({ month: of, sections }: Report): z.infer<typeof report> {
  return {
    month: of,
    sections: sections.map(({ title, facts }) => ({
      title,
      facts: facts.map(([label, value]) => ({ label, value })),
    })),
  };
}
