/** The figures as a table, and the ratios that a change must not lose. */
import type { Measured } from "./run.ts";

const COLUMNS = ["subject", "requests/s", "p50 ms", "p99 ms", "CPU µs", "CPU ratio", "refused"] as const;

export function printTable(measured: readonly Measured[]): void {
  const floor = measured[0]?.cpuMicros ?? 1;
  console.log(`| ${COLUMNS.join(" | ")} |\n|${" --- |".repeat(COLUMNS.length)}`);
  for (const row of measured) {
    const cells = [
      row.name,
      Math.round(row.perSecond).toLocaleString("en"),
      row.p50Ms.toFixed(2),
      row.p99Ms.toFixed(2),
      row.cpuMicros.toFixed(1),
      (row.cpuMicros / floor).toFixed(2),
      `${Math.round(row.refusedShare * 100)} %`,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

/** Whether every gate holds. */
export function printGates(measured: readonly Measured[]): boolean {
  const of = (name: string): Measured => {
    const found = measured.find((row) => row.name === name);
    if (!found) throw new Error(`${name} was not measured.`);
    return found;
  };
  const share = (keys: string): number => of(`limited, ${keys}`).perSecond / of(`unlimited, ${keys}`).perSecond;
  const chain = of("limited, 1 key").cpuMicros / of("empty route").cpuMicros;
  const gates = [
    { name: "whole chain, CPU of the empty route", value: chain, holds: chain <= 3, bound: "at most 3" },
    {
      name: "limited to unlimited, 1 key",
      value: share("1 key"),
      holds: share("1 key") >= 0.75,
      bound: "at least 0.75",
    },
    {
      name: "limited to unlimited, 1,000 keys",
      value: share("1,000 keys"),
      holds: share("1,000 keys") >= 0.75,
      bound: "at least 0.75",
    },
  ];
  console.log();
  for (const { name, value, holds, bound } of gates) {
    console.log(`${holds ? "holds" : "FAILS"}  ${name}: ${value.toFixed(2)} (${bound})`);
  }
  return gates.every(({ holds }) => holds);
}
