import { MINUTE } from "#kernel/time";

/** What must stay true: nothing is called up that was not seen up lately, and an open incident is never hidden. */

export type Impact = "minor" | "major" | "critical";
export type IncidentState = "investigating" | "identified" | "monitoring" | "resolved";
export type ComponentState = "up" | "down" | "unknown";
export type Overall = "operational" | "degraded" | "outage" | "unknown";

/** A check that is older says nothing. */
const STALE_MS = 5 * MINUTE;

export interface Day {
  readonly component: string;
  readonly day: string;
  readonly passed: number;
  readonly failed: number;
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly checkedAt: number;
}

export interface Component {
  readonly name: string;
  readonly state: ComponentState;
  readonly latencyMs: number;
  readonly checkedAt: number;
  /** Share of the checks that went well over the days shown, in basis points. */
  readonly uptimeBps: number;
  readonly days: readonly { readonly day: string; readonly uptimeBps: number }[];
}

/** What the days of each component add up to; oldest day first. */
export function componentsOf(days: readonly Day[], now: number): Component[] {
  return [...Map.groupBy(days, ({ component }) => component)].flatMap(([name, own]) => {
    const sorted = own.toSorted((a, b) => a.day.localeCompare(b.day));
    const newest = sorted.at(-1);
    if (!newest) return [];
    const state = now - newest.checkedAt > STALE_MS ? "unknown" : newest.ok ? "up" : "down";
    return [
      {
        name,
        state,
        latencyMs: newest.latencyMs,
        checkedAt: newest.checkedAt,
        uptimeBps: uptimeBps(sorted),
        days: sorted.map((day) => ({ day: day.day, uptimeBps: uptimeBps([day]) })),
      },
    ];
  });
}

function uptimeBps(days: readonly Day[]): number {
  const passed = days.reduce((sum, day) => sum + day.passed, 0);
  const all = days.reduce((sum, day) => sum + day.passed + day.failed, 0);
  return all === 0 ? 0 : Math.floor((passed * 10_000) / all);
}

/** One word for all of it: the worst of what is checked and of what operators have said. */
export function overallOf(
  components: readonly Pick<Component, "name" | "state">[],
  impacts: readonly Impact[],
): Overall {
  const down = components.filter(({ state }) => state === "down").map(({ name }) => name);
  if (down.includes("database") || impacts.includes("critical")) return "outage";
  if (down.length > 0 || impacts.length > 0) return "degraded";
  return components.length > 0 && components.every(({ state }) => state === "up") ? "operational" : "unknown";
}
