import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Target } from "../../scripts/probe.ts";
import { probe } from "../../scripts/probe.ts";
import { seed } from "../../scripts/seed.ts";
import { serve } from "../../scripts/serve.ts";
import { temporaryDirectory, unusedPort } from "./support/process.ts";

const SECRETS = { FIELD_KEYS: `test:${"A".repeat(43)}`, METRICS_TOKEN: "metrics_development" };

async function serving(variables: Readonly<Record<string, string>>): Promise<string> {
  const served = await serve({ port: 0, stateDir: temporaryDirectory(), variables: { ...SECRETS, ...variables } });
  onTestFinished(async () => await served.dispose());
  return served.url;
}

/** Looks again as a deploy does: on a busy machine a cold limiter answers too late to be in the first look. */
async function expectFailures(target: Target, failures: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const findings = await probe(target);
      expect(findings.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual(failures);
    },
    { timeout: 30_000, interval: 1_000 },
  );
}

describe("the smoke test", () => {
  it("is content with a production that is in order", async () => {
    const origin = { PUBLIC_ORIGIN: "https://bourse.test" };
    const url = await serving({ ...origin, ENVIRONMENT: "production", VERSION: "3f2a9c1" });
    await expectFailures({ url, version: "3f2a9c1", docsOpen: false, development: false }, []);
  });

  it("is content with development, where an account signs in and one with a wrong password does not", async () => {
    const url = await serving({});
    await seed(url);
    const target = { url, docsOpen: true, development: true };
    const account = { email: "trader@bourse.test", password: "correct-horse-battery-1" };
    await expectFailures({ ...target, account }, []);
    const stranger = { ...account, password: "not the password" };
    await expectFailures({ ...target, account: stranger }, ["an account signs in, is known and signs out"]);
  });

  it("notices development that was deployed as production, in another version", async () => {
    const target = { url: await serving({}), version: "3f2a9c1", docsOpen: false, development: false };
    await expectFailures(target, [
      "it is up, in the right version",
      "every security header is there",
      "the reference is closed",
      "the doors of development are closed",
    ]);
  });

  it("notices a server that says yes to everything", async () => {
    const server = createServer((_, response) => response.end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const findings = await probe({ url: `http://127.0.0.1:${port}`, docsOpen: false, development: false });
    expect(findings.filter(({ ok }) => ok).map(({ what }) => what)).toEqual(["every dependency answers"]);
  });

  it("notices that nobody answers", async () => {
    const url = `http://127.0.0.1:${await unusedPort()}`;
    const findings = await probe({ url, docsOpen: false, development: false });
    expect(findings.every(({ ok }) => !ok)).toBe(true);
  });
});
