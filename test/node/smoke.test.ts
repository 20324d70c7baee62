import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { probe } from "../../scripts/probe.ts";
import { serve } from "../../scripts/serve.ts";
import { temporaryDirectory, unusedPort } from "./support/process.ts";

const SECRETS = { FIELD_KEYS: `test:${"A".repeat(43)}`, METRICS_TOKEN: "metrics_development" };

async function serving(variables: Readonly<Record<string, string>>): Promise<string> {
  const served = await serve({ port: 0, stateDir: temporaryDirectory(), variables: { ...SECRETS, ...variables } });
  onTestFinished(async () => await served.dispose());
  await vi.waitFor(async () => await limiterAnswers(served.url), { timeout: 20_000, interval: 200 });
  return served.url;
}

/** On a busy machine a cold limiter may answer too late for its first call. */
async function limiterAnswers(url: string): Promise<void> {
  const { headers } = await fetch(`${url}/api/v1/help/articles`);
  expect(headers.get("RateLimit")).not.toBeNull();
}

describe("the smoke test", () => {
  it("is content with a production that is in order", async () => {
    const origin = { PUBLIC_ORIGIN: "https://bourse.test" };
    const url = await serving({ ...origin, ENVIRONMENT: "production", VERSION: "3f2a9c1" });
    const findings = await probe({ url, version: "3f2a9c1", docsOpen: false, development: false });
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
  });

  it("is content with development", async () => {
    const findings = await probe({ url: await serving({}), docsOpen: true, development: true });
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
  });

  it("notices development that was deployed as production, in another version", async () => {
    const findings = await probe({ url: await serving({}), version: "3f2a9c1", docsOpen: false, development: false });
    expect(findings.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual([
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
