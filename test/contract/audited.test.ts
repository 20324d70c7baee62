import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";
import { failing } from "../support/database.ts";
import { rows } from "../support/platform.ts";
import { callOf, exampleOf, lineOf, methodOf, sampled } from "./call.ts";

const app = testApp();

/** What only looks, though it is a POST; and a restore, which is settled while others are under test. */
const LOOKS: ReadonlySet<string> = new Set(["previewBroadcast", "settleRestore"]);

/** Committed by the trade's object, whose faults have a test of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set(["resolveDispute", "confirmDispute"]);

/** Reads of what customers would not want to be looked at without a trace. */
const SENSITIVE = [
  "viewUser",
  "viewVerification",
  "viewVerificationDocument",
  "getDispute",
  "getDisputeEvidence",
  "getPayoutBatchFile",
  "getGatewayEvent",
];

const operators = sampled(app.routes).filter(
  ({ route }) => route.policy.access.kind !== "public" && route.policy.access.roles,
);
const writes = operators.filter(({ name, route }) => methodOf(route) !== "GET" && !LOOKS.has(name));

interface Entry {
  readonly actor: string;
  readonly role: string;
  readonly requestId: string;
  readonly reason: string | null;
}

async function entriesOf(requestId: string): Promise<Entry[]> {
  return await rows<Entry>(
    "select actor, role, request_id as requestId, reason from platform_audit_entries where request_id = ?",
    requestId,
  );
}

type Route = (typeof writes)[number]["route"];
type Example = Awaited<ReturnType<typeof exampleOf>>;

async function call(route: Route, example: Example, bindings: Partial<Env> = {}) {
  const requestId = crypto.randomUUID();
  const request = callOf(route, example, { headers: { "X-Request-Id": requestId } });
  const answer = await app.call(lineOf(route, example), { ...request, env: { ...request.env, ...bindings } });
  return { answer, entries: await entriesOf(requestId) };
}

describe("what an operator changes", () => {
  it.each(writes)(
    "$name is in the audit: who, in which role and why; or it does not happen",
    async ({ name, route }) => {
      const example = await exampleOf(app, route);
      if (!ELSEWHERE.has(name)) {
        const refused = await call(route, example, failing(/platform_audit_entries/));
        expect([name, refused.answer.status]).toEqual([name, 503]);
        expect(refused.entries).toEqual([]);
      }
      const { answer, entries } = await call(route, example);
      expect(answer.status, await answer.text()).toBe(example.status);
      const operator = example.as && "userId" in example.as ? example.as.userId : "";
      const own = entries.find(({ actor }) => actor.includes(operator));
      expect(["admin", "support"], name).toContain(own?.role);
      const { reason } = (example.json ?? {}) as { reason?: string };
      if (reason !== undefined) expect(entries.map((entry) => entry.reason)).toContain(reason);
    },
  );
});

describe("what an operator looks at", () => {
  it.each(operators.filter(({ name }) => SENSITIVE.includes(name)))("$name is in the audit too", async ({ route }) => {
    const example = await exampleOf(app, route);
    const { answer, entries } = await call(route, example);
    expect(answer.status).toBe(example.status);
    expect(entries).toHaveLength(1);
  });

  it("names reads that exist", () => {
    const names = operators.map(({ name }) => name);
    expect(SENSITIVE.filter((name) => !names.includes(name))).toEqual([]);
  });
});
