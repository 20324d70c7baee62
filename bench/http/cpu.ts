/** Processor time of processes, as Linux counts it. */
import { readdirSync, readFileSync } from "node:fs";

const TICK_MICROS = 10_000;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly micros: number;
}

/** User and system time of a process and all that descend from it, in microseconds. */
export function cpuMicros(root: number): number {
  const processes = readdirSync("/proc").flatMap((name) => read(name) ?? []);
  const tree = new Set([root]);
  let grown = true;
  while (grown) {
    const more = processes.filter(({ pid, parent }) => tree.has(parent) && !tree.has(pid));
    for (const { pid } of more) tree.add(pid);
    grown = more.length > 0;
  }
  return processes.filter(({ pid }) => tree.has(pid)).reduce((sum, { micros }) => sum + micros, 0);
}

function read(name: string): Process | null {
  if (!/^[0-9]+$/.test(name)) return null;
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { pid: Number(name), parent: Number(fields[1]), micros: ticks * TICK_MICROS };
  } catch {
    return null;
  }
}
