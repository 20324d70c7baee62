import { z } from "@hono/zod-openapi";
import { writeAmount } from "#modules/ledger";
import type { Leaving } from "./service.batches.ts";

const amount = z.string().openapi({ example: "1500.00" });

export const format = z
  .enum(["plain", "razorpayx"])
  .default("plain")
  .openapi({ description: "`razorpayx` is the template of its bulk upload, which takes rupees alone." });

export const batch = z
  .object({
    id: z.string().nullable().openapi({ description: "Null in a preview." }),
    count: z.int(),
    totals: z.array(z.object({ asset: z.string(), net: amount })),
    roads: z.array(z.object({ road: z.enum(["file", "razorpayx", "stripe"]), count: z.int() })),
    payouts: z.array(z.string()),
  })
  .openapi("PayoutBatch");

export const results = z
  .object({
    completed: z.int(),
    failed: z.int(),
    reversed: z.int(),
    unchanged: z.int(),
    errors: z.array(z.object({ line: z.int(), code: z.string(), message: z.string() })),
  })
  .openapi("PayoutResults");

export function presentBatch(id: string | null, leaving: readonly Leaving[]): z.infer<typeof batch> {
  const sums = new Map<string, number>();
  for (const { payout } of leaving)
    sums.set(payout.asset, (sums.get(payout.asset) ?? 0) + payout.grossMinor - payout.taxMinor);
  const totals = [...sums].map(([asset, net]) => ({ asset, net: writeAmount(net, asset) }));
  const roads = [...Map.groupBy(leaving, ({ road }) => road)].map(([road, of]) => ({ road, count: of.length }));
  return { id, count: leaving.length, totals, roads, payouts: leaving.map(({ payout }) => payout.id) };
}
