import { Cron } from "croner";
import { MINUTE } from "#kernel/time";

/**
 * What must stay true: a schedule never runs more often than the plan allows; a missed run is made up for once, not as
 * often as it was missed.
 */

export type Schedule =
  | { readonly ok: true; readonly schedule: string; readonly cron: string | null }
  | { readonly ok: false; readonly reason: "unreadable" | "too_often" };

const SAMPLES = 20;

/** Reads `daily`, `hourly` or a cron line of five fields in UTC, and whether a plan with so many minutes between runs allows it. */
export function readSchedule(text: string, minutes: number): Schedule {
  const schedule = text.trim().toLowerCase();
  if (schedule === "daily") return { ok: true, schedule, cron: null };
  const cron = schedule === "hourly" ? "0 * * * *" : schedule;
  const times = timesOf(cron);
  if (times === null) return { ok: false, reason: "unreadable" };
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  if (gaps.some((gap) => gap < minutes * MINUTE)) return { ok: false, reason: "too_often" };
  return { ok: true, schedule, cron };
}

function timesOf(cron: string): number[] | null {
  try {
    const line = new Cron(cron, { timezone: "UTC", mode: "5-part" });
    const times = line.nextRuns(SAMPLES, new Date(Date.UTC(2026, 0, 1))).map((date) => date.getTime());
    return times.length === SAMPLES ? times : null;
  } catch {
    return null;
  }
}

/** When a schedule comes up next; null for one that follows the market's close. */
export function nextRunAfter(schedule: string | null, now: number): number | null {
  if (schedule === null || schedule === "daily") return null;
  const cron = schedule === "hourly" ? "0 * * * *" : schedule;
  const [next] = new Cron(cron, { timezone: "UTC", mode: "5-part" }).nextRuns(1, new Date(now));
  return next?.getTime() ?? null;
}

export interface Difference {
  readonly entered: readonly string[];
  readonly stayed: readonly string[];
  readonly left: readonly string[];
}

/** What entered and left between two runs. */
export function differenceOf(before: readonly string[], now: readonly string[]): Difference {
  const [old, fresh] = [new Set(before), new Set(now)];
  return {
    entered: now.filter((symbol) => !old.has(symbol)),
    stayed: now.filter((symbol) => old.has(symbol)),
    left: before.filter((symbol) => !fresh.has(symbol)),
  };
}

/** Whether a run is worth an alert. */
export function isWorthAlert(on: "new" | "left" | "any", { entered, stayed, left }: Difference): boolean {
  if (on === "new") return entered.length > 0;
  if (on === "left") return left.length > 0;
  return entered.length + stayed.length + left.length > 0;
}
