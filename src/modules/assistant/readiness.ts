import type { Ctx } from "#platform/ctx";
import type { Gauge } from "#platform/metrics-catalogue";
import type { ReadinessItem } from "#platform/module";
import { isPriced } from "./prices.ts";
import type { Meter } from "./rules.allowance.ts";
import { getSpending } from "./service.allowance.ts";

const GROUP = "operations";

/** What an operator should know of the assistant: who answers, at what price, and what it has cost. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const { model, dailyMicros } = ctx.config.assistant;
  if (!model) {
    return [
      {
        id: "assistant.model",
        group: GROUP,
        title: "A model answers questions",
        status: "warn",
        evidence: "No key is set; the embedded adviser answers.",
        fix: "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.",
      },
    ];
  }
  const unpriced = model.names.filter((name) => !isPriced(name));
  const { day, hits, misses } = await getSpending(ctx);
  const spent = day?.usedMicros ?? 0;
  const looks = hits + misses;
  const shared =
    looks === 0 ? "no common question" : `${Math.round((hits / looks) * 100)} % of ${looks} common questions`;
  return [
    {
      id: "assistant.model",
      group: GROUP,
      title: "A model answers questions at a known price",
      status: unpriced.length === 0 ? "pass" : "warn",
      evidence: unpriced.length === 0 ? model.names.join(", ") : `No price is known for ${unpriced.join(", ")}.`,
      fix: "Choose a model of the price list, or add its price there; until then it is charged as the dearest.",
    },
    {
      id: "assistant.spending",
      group: GROUP,
      title: "The day's allowance for models holds",
      status: spent * 5 >= dailyMicros * 4 ? "warn" : "pass",
      evidence: `${spent} of ${dailyMicros} micro-dollars today; ${shared} of the last week came from the cache.`,
      fix: "Raise ASSISTANT_DAILY_MICROS, or choose a cheaper model.",
    },
  ];
}

/** What the installation's meters stand at. */
export async function gauges(ctx: Ctx): Promise<readonly Gauge[]> {
  const { day, month } = await getSpending(ctx);
  return [...meterGauges("day", day), ...meterGauges("month", month)];
}

function meterGauges(period: string, meter: Meter | null): readonly Gauge[] {
  const labels = { period };
  return [
    { name: "assistant_tokens_used", help: "Tokens of the assistant.", labels, value: meter?.usedTokens ?? 0 },
    {
      name: "assistant_cost_dollars",
      help: "What the assistant has cost.",
      labels,
      value: (meter?.usedMicros ?? 0) / 1_000_000,
    },
  ];
}
