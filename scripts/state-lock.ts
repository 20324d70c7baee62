/** One server for each state directory: two would write to the same database files. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Refusal } from "./project.ts";

/** Holds a state directory until the returned function is called. What a dead process held is taken over. */
export function holdState(stateDir: string): () => void {
  const file = path.join(stateDir, "server.pid");
  const owner = ownerOf(file);
  if (owner !== null) {
    throw new Refusal(
      `Process ${owner} already serves from ${stateDir}: stop it, or choose another directory with STATE_DIR.`,
    );
  }
  writeFileSync(file, `${process.pid}\n`);
  return () => rmSync(file, { force: true });
}

function ownerOf(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return null;
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}
