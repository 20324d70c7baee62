import { describe, expect, it } from "vitest";
import type { Account } from "./support/cloudflare.ts";
import { simulateCloudflare } from "./support/cloudflare.ts";
import { unusedPort, run } from "./support/process.ts";
import { copyOfProject } from "./support/project.ts";

const DATABASE = "6f1c3a52-8d0e-4b7a-9a51-0c2f4d9e7b10";
const SCRATCH = "0e2b1c7d-55aa-4c0f-8a3e-7d1f6b2c9e44";
const COMPLETE: Account = {
  databases: [
    { uuid: DATABASE, name: "bourse-staging" },
    { uuid: SCRATCH, name: "bourse-scratch-staging" },
  ],
  queues: ["bourse-events-staging", "bourse-events-dead-staging"],
  buckets: ["bourse-files-staging", "bourse-backups-staging"],
  secrets: { "bourse-staging": ["FIELD_KEYS", "METRICS_TOKEN"] },
};

/** A project whose staging environment is set up. */
function configured(): string {
  return copyOfProject((text) =>
    text
      .replaceAll("00000000-0000-0000-0000-000000000001", DATABASE)
      .replaceAll("00000000-0000-0000-0000-000000000011", SCRATCH)
      .replaceAll("https://staging.example.com", "https://staging.bourse.test"),
  );
}

async function nobody(): Promise<Record<string, string>> {
  const api = `http://127.0.0.1:${await unusedPort()}`;
  return { CLOUDFLARE_API_BASE_URL: api, CLOUDFLARE_API_TOKEN: "simulated", CLOUDFLARE_ACCOUNT_ID: "account" };
}

describe("the doctor", () => {
  it.each(["staging", "production"])(
    "names the placeholders of %s and how to fill them, without a network",
    async (name) => {
      const { code, output } = await run("doctor.ts", ["--env", name], { env: await nobody() });
      expect(code).toBe(1);
      expect(output).toContain(
        `✘ the id of the database bourse-${name}\n    Run \`npx wrangler d1 create bourse-${name}\``,
      );
      expect(output).toContain("✘ the public origin\n    Set PUBLIC_ORIGIN");
      expect(output).toContain("✘ the Cloudflare account, which cannot be asked");
    },
  );

  it("is content with an account that lacks nothing", async () => {
    const env = await simulateCloudflare(COMPLETE);
    const { code, output } = await run("doctor.ts", ["--env", "staging"], { env, root: configured() });
    expect([code, output]).toEqual([0, expect.stringContaining("staging lacks nothing.")]);
  });

  it("finds each thing that an account lacks, and says which command makes it", async () => {
    const env = await simulateCloudflare({ databases: [], queues: [], buckets: [], secrets: {} });
    const { code, output } = await run("doctor.ts", ["--env", "staging"], { env, root: configured() });
    expect(code).toBe(1);
    expect(output).toContain("✘ the database bourse-staging\n    Run `npx wrangler d1 create bourse-staging`");
    expect(output).toContain(
      "✘ the queue bourse-events-staging\n    Run `npx wrangler queues create bourse-events-staging`",
    );
    expect(output).toContain("✘ the queue bourse-events-dead-staging\n");
    expect(output).toContain(
      "✘ the bucket bourse-files-staging\n    Run `npx wrangler r2 bucket create bourse-files-staging`",
    );
    expect(output).toContain("✘ the secret FIELD_KEYS\n    Set it with `wrangler secret put FIELD_KEYS --env staging`");
  });

  it("names a variable that the Worker would refuse", async () => {
    const root = copyOfProject((text) => text.replaceAll('CORS_ORIGINS = ""', 'CORS_ORIGINS = "https://a.test/path"'));
    const { output } = await run("doctor.ts", ["--env", "staging"], { env: await nobody(), root });
    expect(output).toContain("✘ the variable CORS_ORIGINS");
  });

  it("asks for an environment", async () => {
    const ended = await run("doctor.ts", ["--env", "moon"]);
    expect(ended).toEqual({ code: 1, output: "Say which environment: --env staging or --env production.\n" });
  });
});
