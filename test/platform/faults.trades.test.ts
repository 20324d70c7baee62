import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { callOf, exampleOf, lineOf, methodOf, nameOf, sampled } from "../contract/call.ts";
import type { TestApp } from "../support/app.ts";
import { testApp } from "../support/app.ts";
import { count, HeldQueue, rows } from "../support/platform.ts";

/** Trades are decided in objects, whose own calls to the database are lost here as well as the Worker's. */

const app = testApp();
const gone = async (): Promise<never> => await Promise.reject(new Error("Network connection lost."));

interface Fault {
  readonly bindings?: Partial<Env>;
  readonly begin?: () => void;
  /** The commands that meet it. */
  readonly meets: RegExp;
}

const TO_THE_OBJECT = /^(markTradePaid|releaseTrade|cancelTrade|extendTrade|disputeTrade)$/;

const FAULTS: Readonly<Record<string, Fault>> = {
  "the database is away from the Worker": {
    bindings: {
      DB: {
        withSession: () => {
          throw new Error("D1_ERROR: Network connection lost.");
        },
      } as unknown as D1Database,
    },
    meets: /./,
  },
  "the database takes no batch from anybody, the object included": {
    begin: () => {
      for (const start of ["first-primary", "first-unconstrained"] as const) {
        const session = Object.getPrototypeOf(env.DB.withSession(start)) as D1DatabaseSession;
        vi.spyOn(session, "batch").mockImplementation(gone);
      }
    },
    meets: /./,
  },
  "the trade's object is away": {
    bindings: { ESCROW_TRADE: { getByName: () => ({ obey: gone, begin: gone, tick: gone }) } as never },
    meets: TO_THE_OBJECT,
  },
  "the limiter is away": {
    bindings: { RATE_LIMITER: { getByName: () => ({ decide: gone }) } as never },
    meets: /^(createTrade|markTradePaid|releaseTrade|cancelTrade|extendTrade|disputeTrade)$/,
  },
};

const commands = sampled(app.routes).filter(
  ({ route }) =>
    methodOf(route) === "POST" &&
    route.policy.operation !== "createTradeTicket" &&
    /^\/p2p\/(ads\/\{id\}\/trades|trades\/\{id\}\/)|^\/admin\/disputes\/\{id\}\//.test(route.config.path),
);

/** All that a command could have moved. */
async function standing(): Promise<unknown> {
  const counted = ["ledger_transfers", "ledger_entries", "trades_transitions", "trades_evidence", "p2p_feedback"];
  return [
    await Promise.all(counted.map(async (table) => await count(table))),
    await rows("select id, state, version, pay_by from trades_trades order by id"),
    await rows("select id, state, assigned_to, closed_at from trades_disputes order by id"),
    await rows("select id, stock from p2p_ads order by id"),
  ];
}

type Route = (typeof commands)[number]["route"];

async function ask(on: TestApp, route: Route, example: Awaited<ReturnType<typeof exampleOf>>, bindings: Partial<Env>) {
  const call = callOf(route, example, { headers: { "Idempotency-Key": crypto.randomUUID() } });
  return await on.call(lineOf(route, example), { ...call, env: { ...call.env, ...bindings } });
}

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => void vi.restoreAllMocks());

describe.each(Object.entries(FAULTS))("while %s", (_, { bindings = {}, begin, meets }) => {
  it.each(commands.filter(({ name }) => meets.test(name)))(
    "$name refuses all of 8 callers with 503, moves nothing, and goes through when it is over",
    async ({ route }) => {
      const example = await exampleOf(app, route);
      const before = await standing();
      begin?.();
      const answers = await Promise.all(
        Array.from({ length: 8 }, async () => await ask(app, route, example, bindings)),
      );
      vi.restoreAllMocks();
      for (const answer of answers) {
        expect([nameOf(route), answer.status]).toEqual([nameOf(route), 503]);
        expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
      }
      expect(await standing()).toEqual(before);
      expect((await ask(app, route, example, {})).status).toBe(example.status);
    },
  );
});

describe("a command over a trade", () => {
  it.each(commands.filter(({ name }) => TO_THE_OBJECT.test(name)))(
    "$name goes through while the queue is away, whose work waits in the database",
    async ({ route }) => {
      const queue = new HeldQueue();
      queue.down = true;
      const example = await exampleOf(app, route);
      expect((await ask(app, route, example, { EVENTS: queue.binding })).status).toBe(example.status);
    },
  );

  it("that needs a file refuses while files are away, and others do not", async () => {
    const FILES = { get: gone, put: gone, head: gone, list: gone, delete: gone } as unknown as R2Bucket;
    for (const { name, route } of commands) {
      if (name !== "addTradeEvidence" && name !== "markTradePaid") continue;
      const example = await exampleOf(app, route);
      const before = await count("trades_evidence");
      const { status } = await ask(app, route, example, { FILES });
      expect([name, status]).toEqual([name, name === "addTradeEvidence" ? 503 : example.status]);
      expect(await count("trades_evidence")).toBe(before);
    }
  });
});
