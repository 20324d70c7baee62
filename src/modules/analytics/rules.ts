import { DAY, toDate } from "#kernel/time";

/** What must stay true: rates are basis points, null where there is nothing to divide by; a step holds no more than the one before it can. */

export interface Day {
  readonly day: string;
  readonly visits: number;
  readonly registered: number;
  readonly verified: number;
  readonly paid: number;
  readonly dau: number;
  readonly wau: number;
  readonly mau: number;
  readonly calls: number;
  readonly apiCalls: number;
  readonly apiFailures: number;
}

export interface FunnelStep {
  readonly step: "visit" | "registered" | "verified" | "paid";
  readonly count: number;
  /** Of the step before. */
  readonly conversionBps: number | null;
}

/** How many came how far, over the days given. */
export function funnelOf(days: readonly Day[]): FunnelStep[] {
  const sum = (of: "visits" | "registered" | "verified" | "paid"): number =>
    days.reduce((all, day) => all + day[of], 0);
  const steps = [
    ["visit", sum("visits")],
    ["registered", sum("registered")],
    ["verified", sum("verified")],
    ["paid", sum("paid")],
  ] as const;
  return steps.map(([step, count], at) => {
    const before = steps[at - 1]?.[1];
    return { step, count, conversionBps: before === undefined ? null : ratioBps(count, before) };
  });
}

export function ratioBps(part: number, whole: number): number | null {
  return whole <= 0 ? null : Math.round((part * 10_000) / whole);
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  const time = Date.parse(`${day}T00:00:00.000Z`);
  return toDate(time - ((new Date(time).getUTCDay() + 6) % 7) * DAY);
}

export interface HealthInput {
  readonly uptimeBps: number | null;
  readonly booksBalanced: boolean;
  readonly deadLetters: number;
  readonly onTimeBps: number | null;
  readonly dau: number;
  readonly mau: number;
  readonly churnBps: number | null;
}

export interface HealthPart {
  readonly name: string;
  readonly weight: number;
  /** 0 to 100. */
  readonly score: number;
  readonly definition: string;
}

const clamp = (score: number): number => Math.max(0, Math.min(100, Math.round(score)));

/** What the score is made of. What is not known yet counts in full: a new installation is not ill. */
export function healthParts(input: HealthInput): HealthPart[] {
  const uptime = input.uptimeBps ?? 10_000;
  const stickiness = input.mau === 0 ? 100 : (input.dau * 100 * 5) / input.mau;
  return [
    {
      name: "uptime",
      weight: 30,
      score: clamp(100 - (10_000 - uptime) / 2),
      definition: "100 less half a point for each basis point that the worst component's checks of 7 days lack.",
    },
    {
      name: "books",
      weight: 25,
      score: input.booksBalanced ? 100 : 0,
      definition: "100 when the newest audit of the ledger found nothing, else 0.",
    },
    {
      name: "deliveries",
      weight: 15,
      score: clamp(100 - 10 * input.deadLetters),
      definition: "100 less ten points for each dead letter.",
    },
    {
      name: "support",
      weight: 10,
      score: clamp((input.onTimeBps ?? 10_000) / 100),
      definition: "Share of open tickets that are not late, in percent.",
    },
    {
      name: "use",
      weight: 10,
      score: clamp(stickiness),
      definition: "Five times yesterday's active accounts by those of 30 days, in percent, at most 100.",
    },
    {
      name: "loyalty",
      weight: 10,
      score: clamp(100 - (input.churnBps ?? 0) / 10),
      definition: "100 less one point for each 0.1 % of paying customers lost this month, in the worst currency.",
    },
  ];
}

export const HEALTH_FORMULA = "The sum of weight times score of all parts, by 100, rounded down.";

export function healthScore(parts: readonly HealthPart[]): number {
  return Math.floor(parts.reduce((sum, { weight, score }) => sum + weight * score, 0) / 100);
}
