import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "#platform/ctx";
import type { ApiRoute } from "#platform/http/route";
import { anApiKey, anOperator, aUser } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { exampleOf, expectProblem, lineOf, methodOf, sampled, takesJson } from "../contract/call.ts";
import type { Example } from "../contract/samples/sample.ts";
import { CANARY, hostileBody, hostileHeaders, hostilePath, hostileQuery } from "./generate.ts";

const app = testApp();
const RUNS = 10_000;
/** Each must come up often, or the requests do not get far enough to prove anything. */
const EXPECTED = [200, 201, 400, 401, 403, 404, 405, 415, 422];
const LEVELS = ["debug", "log", "info", "warn", "error"] as const;

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  for (const level of LEVELS)
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => void lines.push(words.map(String).join(" ")));
});

afterEach(() => {
  vi.restoreAllMocks();
});

const actor: fc.Arbitrary<() => Actor | undefined> = fc.constantFrom(
  () => undefined,
  () => aUser({ plan: "pro" }),
  () => anOperator("admin"),
  () => anApiKey(["support:read", "support:write"]),
);

interface Target {
  readonly route: ApiRoute;
  readonly example: Example;
}

interface Hostile {
  readonly line: string;
  readonly as: Actor | undefined;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** Mostly what the route takes, since a request that is wrong in everything gets no further than its address. */
const mostly = <T>(usual: T, rarely: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rarely });

function hostile({ route, example }: Target): fc.Arbitrary<Hostile> {
  const names = Array.from(route.config.path.matchAll(/\{(\w+)\}/g), (match) => match[1] ?? "");
  const params = fc
    .tuple(...names.map((name) => mostly(example.params?.[name] ?? "absent", hostilePath)))
    .map((values) => Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""])));
  const usual = takesJson(route) ? JSON.stringify(example.json) : null;
  return fc
    .record({
      params,
      tail: mostly("", hostilePath),
      query: mostly(example.query ?? "", hostileQuery),
      method: mostly(methodOf(route), fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD")),
      as: mostly(() => example.as, actor),
      headers: hostileHeaders,
      body: fc.oneof(fc.constant(usual), hostileBody(example.json), hostileBody(example.json)),
    })
    .map(({ params: filled, tail, query, method, as, headers, body }) => {
      const path = lineOf(route, { params: filled }).split(" ")[1] ?? "";
      const reads = method === "GET" || method === "HEAD";
      return {
        line: `${method} ${path}${tail}${query === "" ? "" : `?${query}`}`,
        as: as(),
        headers,
        body: reads ? null : body,
      };
    });
}

async function send({ line, as, headers, body }: Hostile): Promise<Response> {
  return await app.call(line, { ...(as ? { as } : {}), headers, ...(body === null ? {} : { body }) });
}

describe("ten thousand hostile requests", () => {
  it(
    "meet no failure of ours, one form of refusal, and leave nothing of themselves in the log",
    { timeout: 300_000 },
    async () => {
      const seed = Number(crypto.getRandomValues(new Uint32Array(1))[0]) | 0;
      // One after another: a vendor that all of them call at once takes longer than it may.
      const targets: Target[] = [];
      for (const { route } of sampled(app.routes)) targets.push({ route, example: await exampleOf(app, route) });
      lines = [];
      const statuses = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...targets).chain(hostile), async (request) => {
          const response = await send(request);
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
          expect(response.status < 500 || response.status === 503).toBe(true);
          if (response.status < 400) await response.text();
          else if (!request.line.startsWith("HEAD ")) await expectProblem(response, response.status);
          if (response.status === 200 && request.line.startsWith("PUT /api/v1/admin/maintenance"))
            await app.call("PUT /api/v1/admin/maintenance", {
              as: anOperator(),
              json: { enabled: false, message: "Open." },
            });
        }),
        { numRuns: RUNS, seed, verbose: false },
      );
      vi.restoreAllMocks();
      const answers = `seed ${seed}: ${JSON.stringify(Object.fromEntries(statuses))}`;
      for (const status of EXPECTED) expect(statuses.get(status) ?? 0, answers).toBeGreaterThan(RUNS / 500);
      expect(lines.length).toBeGreaterThan(RUNS / 10);
      expect(lines.filter((line) => line.toLowerCase().includes(CANARY))).toEqual([]);
      for (const line of lines) expect(line).toMatch(/^\{[\u0020-\u007e]*\}$/);
      expect((await app.call("GET /api/v1/health")).status).toBe(200);
    },
  );
});
