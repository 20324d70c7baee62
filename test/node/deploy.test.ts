import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { run, unusedPort } from "./support/process.ts";
import { copyOfProject } from "./support/project.ts";

describe("a deploy", () => {
  it("says beforehand what it would run, in order, and how to go back", async () => {
    const { code, output } = await run("deploy.ts", ["--env", "staging", "--dry"], { root: copyOfProject() });
    expect(code).toBe(0);
    const steps = [...output.matchAll(/^ {2}\d\. (.+)$/gm)].map(([, step]) => step);
    expect(steps).toEqual([
      "refuse a tree with uncommitted changes",
      "npm run doctor -- --env staging",
      "wrangler d1 migrations apply DB --remote --env staging",
      expect.stringMatching(
        /^wrangler deploy --minify --env staging --var VERSION:[0-9a-f]{12} --var MIGRATION:[0-9]{4}_[a-z0-9_-]+\.sql$/,
      ),
      expect.stringMatching(/^npm run smoke -- https:\/\/staging\.example\.com --version [0-9a-f]{12}$/),
    ]);
    expect(output).toContain("npx wrangler rollback <version-id> --env staging");
  });

  it("refuses a tree with uncommitted changes", async () => {
    const root = copyOfProject();
    writeFileSync(path.join(root, "src", "stray.ts"), "export {};\n");
    const { code, output } = await run("deploy.ts", ["--env", "staging"], { root });
    expect([code, output]).toEqual([1, expect.stringMatching(/^The tree has uncommitted changes: .+\n$/)]);
  });

  it("refuses an environment that lacks something, before it touches the account", async () => {
    const env = {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${await unusedPort()}`,
      CLOUDFLARE_API_TOKEN: "simulated",
    };
    const { code, output } = await run("deploy.ts", ["--env", "production"], { root: copyOfProject(), env });
    expect(code).toBe(1);
    expect(output).toContain("✘ the public origin");
    expect(output).toContain("production cannot be deployed until the points above are put right.");
    expect(output).not.toContain("> wrangler");
  });
});
