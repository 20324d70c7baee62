import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execute, query } from "../../scripts/d1.ts";
import { serve } from "../../scripts/serve.ts";
import { run } from "./support/process.ts";

const stateDir = mkdtempSync(path.join(tmpdir(), "bourse-grant-"));
const SECRETS = { FIELD_KEYS: `grant:${"A".repeat(43)}`, METRICS_TOKEN: "metrics_of_the_grant_test" };

function account(name: string): string {
  return `insert into identity_users (id, email, role, status, locale, time_zone, display_currency, created_at, updated_at)
    values ('user_${name}', '${name}@example.com', 'user', 'active', 'en', 'UTC', 'USD', 0, 0)`;
}

beforeAll(async () => {
  vi.stubEnv("STATE_DIR", stateDir);
  const served = await serve({ port: 0, stateDir, variables: SECRETS });
  await served.dispose();
  await execute([account("ada"), account("eve")].join(";\n"));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(stateDir, { recursive: true, force: true });
});

describe("the first administrator", () => {
  it("is made once, of somebody who is there, and leaves an audit row", { timeout: 120_000 }, async () => {
    const env = { STATE_DIR: stateDir };
    const nobody = await run("admin-grant.ts", ["nobody@example.com"], { env });
    expect(nobody.output).toContain("register first");
    const both = await Promise.all(
      ["ada@example.com", "eve@example.com"].map(async (email) => await run("admin-grant.ts", [email], { env })),
    );
    expect(both.map(({ code }) => code).toSorted()).toEqual([0, 1]);
    expect(await query("select count(*) as n from identity_users where role = 'admin'")).toEqual([{ n: 1 }]);
    const rows = "select count(*) as n from platform_audit_entries where action = 'user.roleChanged'";
    expect(await query(rows)).toEqual([{ n: 1 }]);
  });
});
