import { readdirSync, readFileSync } from "node:fs";

/** Resident bytes of the workerd processes that this one has started; null where the system does not tell. */
export function residentBytes(): number | null {
  try {
    const pages = childrenOf(process.pid)
      .filter((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("workerd"))
      .map((pid) => Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]));
    return pages.length === 0 ? null : pages.reduce((sum, count) => sum + count, 0) * 4_096;
  } catch {
    return null;
  }
}

function childrenOf(pid: number): number[] {
  const own = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return own.flatMap((child) => [child, ...childrenOf(child)]);
}
