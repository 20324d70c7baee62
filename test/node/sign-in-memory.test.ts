import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Served } from "../../scripts/serve.ts";
import { serve } from "../../scripts/serve.ts";
import { residentBytes } from "./support/memory.ts";

const MIB = 2 ** 20;
/** Two hashes' worth and some for the requests themselves; a memory for each of thirty would be 570 MiB. */
const ALLOWED = 48 * MIB;
const AT_ONCE = 30;

const stateDir = mkdtempSync(path.join(tmpdir(), "bourse-memory-"));
let served: Served;

beforeAll(async () => {
  const variables = { FIELD_KEYS: `memory:${"A".repeat(43)}`, METRICS_TOKEN: "metrics_of_the_memory_test" };
  served = await serve({ port: 0, stateDir, variables: { ...variables, RATE_LIMIT_SCALE: "1000000" } });
});

afterAll(async () => {
  await served.dispose();
  rmSync(stateDir, { recursive: true, force: true });
});

let count = 0;

/** The whole work of a sign-in: an address that nobody has costs the same hash as any other. */
async function signIn(): Promise<number> {
  count += 1;
  const body = JSON.stringify({ email: `nobody${count}@memory.test`, password: "four words in a row" });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${served.url}/api/v1/auth/login`, { method: "POST", headers, body });
  await answer.text();
  return answer.status;
}

describe("thirty sign-ins at once", () => {
  it("take no more memory than a few one after another", async (context) => {
    if (residentBytes() === null) context.skip();
    for (let turn = 0; turn < 10; turn += 1) expect(await signIn()).toBe(401);
    const before = residentBytes() ?? 0;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, residentBytes() ?? 0)), 20);
    for (let round = 0; round < 3; round += 1) {
      const statuses = await Promise.all(Array.from({ length: AT_ONCE }, signIn));
      expect(statuses).toEqual(Array<number>(AT_ONCE).fill(401));
    }
    clearInterval(watch);
    expect(peak - before).toBeLessThan(ALLOWED);
  });
});
