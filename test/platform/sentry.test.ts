import { afterEach, describe, expect, it, vi } from "vitest";
import { anyone, defineRoute } from "#platform/http/route";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { failing } from "../support/database.ts";
import { aReceiver } from "../support/receiver.ts";

const CANARY = "canary-4242424242424242-person@mail.example";
const app = testApp({
  name: "leaky",
  routes: [
    defineRoute(
      { operation: "fail", access: anyone, limit: "public" },
      {
        method: "post",
        path: "/fail",
        tags: ["Probe"],
        summary: "Fail",
        responses: { 200: { description: "Never." } },
      },
      () => {
        throw new RangeError(CANARY, { cause: Object.assign(new Error(CANARY), { extra: CANARY }) });
      },
    ),
  ],
});
const DSN = "http://publickey@127.0.0.1:9/42";

interface SentryEvent {
  readonly exception: { readonly values: readonly { readonly type: string; readonly value: string }[] };
}

interface Envelope {
  readonly address: string;
  readonly text: string;
}

/** Sentry as the Worker sees it: an address that takes envelopes. */
function simulateSentry(answer: () => Promise<Response>): Envelope[] {
  const envelopes: Envelope[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    envelopes.push({ address: request.url, text: await request.text() });
    return answer();
  });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  return envelopes;
}

async function fail(env: Readonly<Record<string, unknown>>): Promise<Response> {
  return app.call(`POST /api/v1/fail?q=${CANARY}`, {
    as: aUser(),
    headers: { Authorization: CANARY, Cookie: CANARY, "User-Agent": CANARY },
    body: CANARY,
    env,
  });
}

afterEach(() => void vi.restoreAllMocks());

describe("an unexpected error", () => {
  it("is told to Sentry once: its class, its place and the request id, and nothing that anybody sent", async () => {
    const envelopes = simulateSentry(async () => Response.json({ id: "1" }));
    const answer = await fail({ SENTRY_DSN: DSN, VERSION: "3f2a9c1" });
    expect(answer.status).toBe(500);
    const { requestId } = await bodyOf<{ requestId: string }>(answer);
    expect(envelopes).toHaveLength(1);
    const [envelope] = envelopes;
    expect(new URL(envelope?.address ?? "").pathname).toBe("/api/42/envelope/");
    expect(envelope?.text).not.toContain("canary");
    expect(envelope?.text).not.toContain("4242");
    const event = JSON.parse(envelope?.text.split("\n")[2] ?? "") as SentryEvent;
    expect(event).toMatchObject({ environment: "development", release: "3f2a9c1", tags: { requestId } });
    const [first] = event.exception.values.filter(({ type }) => type === "RangeError");
    expect(first?.value).toBe("RangeError");
    expect(Object.keys((event as unknown as { user: object }).user)).toEqual(["id"]);
    for (const member of ["request", "breadcrumbs", "extra"]) expect(event).not.toHaveProperty(member);
  });

  it.each([
    ["without an address", {}],
    ["with an empty one", { SENTRY_DSN: "" }],
  ])("is told to nobody %s", async (_, env) => {
    const envelopes = simulateSentry(async () => Response.json({ id: "1" }));
    expect((await fail(env)).status).toBe(500);
    expect(envelopes).toEqual([]);
  });

  it.each([
    ["refuses", DSN, async () => new Response("no", { status: 429 })],
    ["is broken", DSN, async () => new Response("no", { status: 500 })],
    ["is out of reach", DSN, async () => Promise.reject(new TypeError("connection refused"))],
    ["has no such address", "https://sentry.example/nothing", async () => Response.json({})],
  ])("is answered the same when Sentry %s", async (_, dsn, answer) => {
    simulateSentry(answer);
    const response = await fail({ SENTRY_DSN: dsn });
    expect(response.status).toBe(500);
    expect(await bodyOf(response)).toMatchObject({ code: "internal_error" });
  });

  it("reaches a receiver over HTTP, and is answered the same when that hangs, hangs up or refuses", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const receiver = aReceiver();
    const { origin } = new URL(receiver.url);
    const SENTRY_DSN = `${origin.replace("://", "://publickey@")}/hooks/42`;
    const name = "envelope";
    const calls = async () => await (await fetch(`${origin}/control/${name}`)).json<{ body: string }[]>();
    const before = (await calls()).length;
    const plan = ["take", "hang", "hang-up", "refuse"];
    await fetch(`${origin}/control/${name}`, { method: "PUT", body: JSON.stringify(plan) });
    for (const _ of plan) expect((await fail({ SENTRY_DSN })).status).toBe(500);
    const sent = (await calls()).slice(before);
    expect(sent).toHaveLength(plan.length);
    for (const { body } of sent) expect(body).not.toContain("canary");
  }, 20_000);

  it("is told of as often as the sample rate says", async () => {
    const envelopes = simulateSentry(async () => Response.json({ id: "1" }));
    const random = vi.spyOn(Math, "random");
    for (const value of [0.1, 0.3, 0.24, 0.9]) {
      random.mockReturnValueOnce(value);
      await fail({ SENTRY_DSN: DSN, SENTRY_SAMPLE_RATE: "0.25" });
    }
    random.mockRestore();
    expect(envelopes).toHaveLength(2);
  });

  it("is none when the caller is at fault, or the database is away", async () => {
    const envelopes = simulateSentry(async () => Response.json({ id: "1" }));
    const env = { SENTRY_DSN: DSN };
    expect((await app.call("GET /api/v1/nowhere", { env })).status).toBe(404);
    const json = { subject: "a", body: "b" };
    const outage = await app.call("POST /api/v1/support/tickets", {
      as: aUser(),
      json,
      env: { ...env, ...failing(/support_tickets/) },
    });
    expect(outage.status).toBe(503);
    expect(envelopes).toEqual([]);
  });
});
