import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/project.ts";
import { serve } from "../../scripts/serve.ts";
import type { Served } from "../../scripts/serve.ts";
import { wrangler } from "../../scripts/wrangler.ts";
import { temporaryDirectory } from "./support/process.ts";

const MIGRATIONS = readdirSync(path.join(ROOT, "migrations")).filter((name) => name.endsWith(".sql"));
const variables = { FIELD_KEYS: `test:${"A".repeat(43)}` };

async function apply(stateDir: string): Promise<string> {
  const { code, output } = await wrangler(["d1", "migrations", "apply", "DB", "--local", "--persist-to", stateDir]);
  expect(code, output).toBe(0);
  return output;
}

async function serving(stateDir: string, use: (served: Served) => Promise<void>): Promise<void> {
  const served = await serve({ port: 0, stateDir, variables });
  try {
    await use(served);
  } finally {
    await served.dispose();
  }
}

async function rows(stateDir: string, statement: string): Promise<unknown[]> {
  const args = ["d1", "execute", "DB", "--local", "--persist-to", stateDir, "--json", "--command", statement];
  const { output } = await wrangler(args);
  return (JSON.parse(output) as { results: unknown[] }[])[0]?.results ?? [];
}

describe("a state directory", () => {
  it("is migrated by the server, and wrangler finds nothing left to apply", async () => {
    const stateDir = temporaryDirectory();
    await serving(stateDir, async ({ migrations }) => {
      expect(migrations).toEqual(MIGRATIONS.toSorted());
    });
    expect(await apply(stateDir)).toContain("No migrations to apply");
  });

  it("is migrated by wrangler, and the server finds nothing left to apply", async () => {
    const stateDir = temporaryDirectory();
    expect(await apply(stateDir)).toContain(MIGRATIONS[0]);
    await serving(stateDir, async ({ migrations, url }) => {
      expect(migrations).toEqual([]);
      expect((await fetch(`${url}/api/v1/health/ready`)).status).toBe(200);
    });
  });

  it("shows what a cron trigger ran", async () => {
    const stateDir = temporaryDirectory();
    const time = new Date("2100-01-01T12:00:00Z");
    await serving(stateDir, async (served) => await served.tick(time));
    const finished = await rows(
      stateDir,
      `select name from platform_cron_slots where name = 'platform.sweep' and slot = ${time.getTime()} and finished_at is not null`,
    );
    expect(finished).toEqual([{ name: "platform.sweep" }]);
  });
});
