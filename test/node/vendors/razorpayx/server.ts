import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "../faults.ts";
import { Faults, send } from "../faults.ts";

/**
 * RazorpayX on loopback: contacts, fund accounts and payouts; a world for each key id. A contact or fund account that is
 * there is given out again; a payout is known again by its idempotency key.
 */

type Thing = { id: string; [name: string]: unknown };
type Params = Readonly<Record<string, unknown>>;

class World {
  readonly things = new Map<string, Thing>();
  readonly events: unknown[] = [];
  readonly effects = new Map<string, number>();
  readonly known = new Map<string, Thing>();
  /** The relay's own doings: what calls carried. */
  readonly keys: string[] = [];

  make(kind: string, values: Params): Thing {
    const id = `${kind}_${crypto.randomUUID().replaceAll("-", "").slice(0, 14)}`;
    const thing = { id, created_at: now(), ...values };
    this.things.set(id, thing);
    return thing;
  }

  /** The same again for the same words. */
  find(kind: string, values: Params): Thing {
    const words = `${kind} ${JSON.stringify(values)}`;
    const thing = this.known.get(words) ?? this.make(kind, values);
    this.known.set(words, thing);
    return thing;
  }

  of(prefix: string): Thing[] {
    return [...this.things.values()].filter(({ id }) => id.startsWith(`${prefix}_`));
  }

  tell(event: string, payout: Thing): void {
    const payload = { payout: { entity: structuredClone(payout) } };
    this.events.push({ entity: "event", account_id: "acc_x", event, contains: ["payout"], payload, created_at: now() });
  }
}

class Refused extends Error {
  readonly reason: string;

  constructor(reason: string, description: string) {
    super(description);
    this.reason = reason;
  }
}

const now = (): number => Math.floor(Date.now() / 1_000);
const worlds = new Map<string, World>();
const faults = new Faults();

function worldOf(key: string): World {
  const known = worlds.get(key) ?? new World();
  worlds.set(key, known);
  return known;
}

function need(world: World, id: string): Thing {
  const thing = world.things.get(id);
  if (!thing) throw new Refused("input_validation_failed", "The id provided does not exist");
  return thing;
}

interface Asked {
  readonly params: Params;
  readonly id: string;
  readonly key: string;
}

const ACCOUNT = "7878780080316316";

function checkPayout({ account_number, amount, currency, mode, reference_id, narration }: Params): void {
  const refuse = (what: string): never => {
    throw new Refused("input_validation_failed", `The ${what} is invalid.`);
  };
  if (account_number !== ACCOUNT) refuse("account number");
  if (typeof amount !== "number" || amount < 100) refuse("amount");
  if (currency !== "INR") refuse("currency");
  if (!["NEFT", "RTGS", "IMPS", "UPI"].includes(String(mode))) refuse("mode");
  if (String(reference_id).length > 40) refuse("reference id");
  if (!/^[A-Za-z0-9 ]{1,30}$/.test(String(narration))) refuse("narration");
}

function pay(world: World, { params, key }: Asked): Thing {
  if (!/^[A-Za-z0-9_-]{4,36}$/.test(key)) throw new Refused("idempotency_key_invalid", "The key is invalid.");
  world.keys.push(key);
  const again = world.known.get(key);
  if (again) return again;
  checkPayout(params);
  const fund = need(world, String(params["fund_account_id"]));
  const holder = fund["bank_account"] as { account_number: string } | undefined;
  if (holder?.account_number === "999999999999") throw new Refused("invalid_ifsc_code", "The IFSC is not known.");
  const { account_number: _from, ...rest } = params;
  const made = world.make("pout", {
    entity: "payout",
    ...rest,
    status: "processing",
    utr: null,
    fees: 590,
    tax: 90,
    status_details: { reason: "payout_bank_processing", description: "", source: "beneficiary_bank" },
  });
  world.known.set(key, made);
  world.tell("payout.initiated", made);
  return made;
}

function list(world: World, { params }: Asked): unknown {
  const from = Number(params["from"] ?? 0);
  const wanted = params["reference_id"];
  const found = world
    .of("pout")
    .filter((one) => Number(one["created_at"]) >= from && (wanted === undefined || one["reference_id"] === wanted))
    .toReversed();
  const skip = Number(params["skip"] ?? 0);
  const items = found.slice(skip, skip + Number(params["count"] ?? 10));
  return { entity: "collection", count: items.length, items };
}

const ROUTES: Readonly<Record<string, (world: World, asked: Asked) => unknown>> = {
  "POST /v1/contacts": (world, { params }) => world.find("cont", params),
  "POST /v1/fund_accounts": (world, { params }) => {
    need(world, String(params["contact_id"]));
    return world.find("fa", params);
  },
  "POST /v1/payouts": pay,
  "GET /v1/payouts": list,
  "GET /v1/payouts/:id": (world, { id }) => need(world, id),
};

/** What banks and the vendor's own people do. */
const ACTIONS: Readonly<Record<string, (world: World, params: Params) => unknown>> = {
  move: (world, { id, ...values }) => {
    const payout = Object.assign(need(world, String(id)), values);
    world.tell(`payout.${String(values["event"] ?? values["status"])}`, payout);
    return payout;
  },
  rogue: (world, { amount, reference_id }) =>
    world.make("pout", {
      amount,
      currency: "INR",
      status: "processed",
      utr: "UTR0",
      reference_id: reference_id ?? null,
    }),
};

export async function startRazorpayx(): Promise<{ port: number; stop: () => void }> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => handle(request, response, body));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

function handle(request: IncomingMessage, response: ServerResponse, body: string): void {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (url.pathname.startsWith("/control/")) return control(response, url.pathname.slice(9), body);
  const user = userOf(request);
  if (user === null)
    return send(response, 401, { error: { code: "BAD_REQUEST_ERROR", description: "Authentication failed" } });
  // A relay stands before the vendor under a path of its own.
  const found = match(String(request.method), url.pathname.replace(/^\/relay/, ""));
  if (!found) return send(response, 404, { error: { code: "BAD_REQUEST_ERROR", description: "No such URL" } });
  const params = (request.method === "GET" ? Object.fromEntries(url.searchParams) : JSON.parse(body)) as Params;
  const key = String(request.headers["x-payout-idempotency"] ?? "");
  serve(response, user, { ...found, params, key });
}

function userOf({ headers }: IncomingMessage): string | null {
  const [user = "", secret] = atob((headers.authorization ?? "").replace("Basic ", "")).split(":");
  return user.startsWith("rzp_test_") && secret === "razorpayx_key_secret" ? user : null;
}

function match(method: string, pathname: string): { operation: string; id: string } | null {
  for (const operation of Object.keys(ROUTES)) {
    const pattern = operation.slice(operation.indexOf(" ") + 1).replace(":id", "([^/]+)");
    const found = operation.startsWith(`${method} `) ? new RegExp(`^${pattern}$`).exec(pathname) : null;
    if (found) return { operation, id: found[1] ?? "" };
  }
  return null;
}

/** Faults that come before any effect, and what is answered in place of the truth after one. */
const BEFORE: Partial<Record<Fault, number>> = { fail: 500, refuse: 429 };
const INSTEAD: Partial<Record<Fault, readonly [number, unknown]>> = {
  "take-and-fail": [500, { error: { code: "SERVER_ERROR" } }],
  "take-and-garble": [200, { nonsense: true }],
};

function serve(response: ServerResponse, user: string, asked: Asked & { readonly operation: string }): void {
  const { operation } = asked;
  const world = worldOf(user);
  const fault = faults.next(user, operation);
  if (fault === "hang") return;
  const early = fault && BEFORE[fault];
  if (early) return send(response, early, { error: { code: "SERVER_ERROR" } });
  try {
    const answer = structuredClone(ROUTES[operation]?.(world, asked));
    world.effects.set(operation, (world.effects.get(operation) ?? 0) + 1);
    reply(response, fault, answer);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const problem = { code: "BAD_REQUEST_ERROR", description: error.message, reason: error.reason };
    send(response, 400, { error: problem });
  }
}

function reply(response: ServerResponse, fault: Fault | null, answer: unknown): void {
  const [status, body] = (fault && INSTEAD[fault]) ?? [200, answer];
  if (fault === "take-and-hold") faults.hold(() => send(response, 200, answer));
  else if (fault !== "take-and-hang") send(response, status, body);
}

interface Command {
  readonly do?: string;
  readonly with?: Params;
  readonly faults?: { readonly operation: string; readonly list: readonly Fault[] };
  readonly release?: boolean;
}

function control(response: ServerResponse, key: string, body: string): void {
  const world = worldOf(key);
  const command = (body === "" ? {} : JSON.parse(body)) as Command;
  if (command.faults) faults.plan(key, command.faults.operation, command.faults.list);
  if (command.release === true) faults.release();
  const result = command.do === undefined ? null : ACTIONS[command.do]?.(world, command.with ?? {});
  const things = Object.fromEntries(world.things);
  const { events, keys } = world;
  send(response, 200, { result, things, events, keys, effects: Object.fromEntries(world.effects) });
}
