import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "../faults.ts";
import { Faults, send } from "../faults.ts";

/** Razorpay on loopback: orders, payments, refunds, disputes, settlements; a world for each key id. */

type Thing = { id: string; [name: string]: unknown };
type Params = Readonly<Record<string, unknown>>;

class World {
  readonly things = new Map<string, Thing>();
  readonly events: unknown[] = [];
  readonly effects = new Map<string, number>();

  make(kind: string, values: Params): Thing {
    const id = `${kind}_${crypto.randomUUID().replaceAll("-", "").slice(0, 14)}`;
    const thing = { id, entity: kind, created_at: now(), ...values };
    this.things.set(id, thing);
    return thing;
  }

  of(prefix: string): Thing[] {
    return [...this.things.values()].filter(({ id }) => id.startsWith(`${prefix}_`));
  }

  tell(event: string, entities: Readonly<Record<string, Thing>>): void {
    const payload = Object.fromEntries(
      Object.entries(entities).map(([name, entity]) => [name, { entity: structuredClone(entity) }]),
    );
    const contains = Object.keys(entities);
    this.events.push({ entity: "event", account_id: "acc_test", event, contains, payload, created_at: now() });
  }
}

class Refused extends Error {
  readonly description: string;

  constructor(description: string) {
    super("Refused.");
    this.description = description;
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
  if (!thing) throw new Refused("The id provided does not exist");
  return thing;
}

type Handler = (world: World, params: Params, id: string) => unknown;
const items = (things: readonly Thing[]): unknown => ({ entity: "collection", count: things.length, items: things });

function page(things: readonly Thing[], params: Params): unknown {
  const skip = Number(params["skip"] ?? 0);
  const since = Number(params["from"] ?? 0);
  const found = things.filter(({ created_at: at }) => Number(at) >= since);
  return items(found.slice(skip, skip + Number(params["count"] ?? 10)));
}

function capture(world: World, params: Params, id: string): Thing {
  const payment = need(world, id);
  if (payment["status"] !== "authorized") throw new Refused("This payment has already been captured");
  if (payment["amount"] !== params["amount"])
    throw new Refused("Capture amount must be equal to the amount authorized");
  Object.assign(payment, { status: "captured", captured: true, fee: 236, tax: 36 });
  const order = need(world, String(payment["order_id"]));
  Object.assign(order, { status: "paid", amount_paid: payment["amount"], amount_due: 0 });
  world.tell("payment.captured", { payment });
  world.tell("order.paid", { payment, order });
  return payment;
}

function refund(world: World, params: Params, id: string): Thing {
  const payment = need(world, id);
  const amount = Number(params["amount"]);
  const refunded = Number(payment["amount_refunded"] ?? 0) + amount;
  if (refunded > Number(payment["amount"]))
    throw new Refused("The total refund amount is greater than the refund payment amount");
  Object.assign(payment, { amount_refunded: refunded });
  const made = world.make("rfnd", {
    amount,
    currency: payment["currency"],
    payment_id: id,
    receipt: params["receipt"] ?? null,
    notes: params["notes"] ?? [],
    status: "processed",
  });
  world.tell("refund.processed", { refund: made, payment });
  return made;
}

const ROUTES: Readonly<Record<string, Handler>> = {
  "POST /v1/orders": (world, { amount, currency, receipt, notes }) =>
    world.make("order", { amount, currency, receipt, notes, status: "created", attempts: 0, amount_paid: 0 }),
  "GET /v1/orders": (world, { receipt }) => items(world.of("order").filter((order) => order["receipt"] === receipt)),
  "GET /v1/orders/:id": (world, _params, id) => need(world, id),
  "GET /v1/orders/:id/payments": (world, _params, id) =>
    items(world.of("pay").filter((payment) => payment["order_id"] === id)),
  "GET /v1/payments": (world, params) => page(world.of("pay"), params),
  "GET /v1/payments/:id": (world, _params, id) => need(world, id),
  "POST /v1/payments/:id/capture": capture,
  "POST /v1/payments/:id/refund": refund,
  "GET /v1/payments/:id/refunds": (world, _params, id) =>
    items(world.of("rfnd").filter((one) => one["payment_id"] === id)),
  "GET /v1/refunds": (world, params) => page(world.of("rfnd"), params),
  "GET /v1/refunds/:id": (world, _params, id) => need(world, id),
  "GET /v1/disputes": (world, params) => page(world.of("disp"), params),
  "GET /v1/disputes/:id": (world, _params, id) => need(world, id),
  "GET /v1/settlements": (world, params) => page(world.of("setl"), params),
  "GET /v1/settlements/recon/combined": (world, { year, month, day, skip, count }) => {
    const india = (at: unknown): string => new Date((Number(at) + 19_800) * 1_000).toISOString().slice(0, 10);
    const date = [year, month, day].map(String).join("-");
    const found = world.of("setl").filter((one) => india(one["created_at"]) === date);
    const lines = found.flatMap((one) => (one["lines"] as Thing[] | undefined) ?? []);
    return items(lines.slice(Number(skip), Number(skip) + Number(count)));
  },
};

/** A line of the report of what a settlement is made of. */
function settledLine(of: Thing, settlementId: string): Thing {
  const amount = Number(of["amount"]);
  const about = { id: of.id, entity_id: of.id, settlement_id: settlementId, debit: 0, credit: 0, dispute_id: null };
  if (of.id.startsWith("pay_")) return { ...about, type: "payment", credit: amount - Number(of["fee"] ?? 0) };
  if (of.id.startsWith("rfnd_")) return { ...about, type: "refund", debit: amount };
  return { ...about, entity_id: `adj_${of.id}`, type: "adjustment", debit: amount, dispute_id: of.id };
}

/** What customers, banks and the vendor do. */
const ACTIONS: Readonly<Record<string, (world: World, params: Params) => unknown>> = {
  authorize: (world, { orderId, amount, status }) => {
    const order = need(world, String(orderId));
    const payment = world.make("pay", {
      amount: amount ?? order["amount"],
      currency: order["currency"],
      status: status ?? "authorized",
      order_id: order.id,
      amount_refunded: 0,
      refund_status: null,
      captured: false,
      notes: [],
      fee: null,
      tax: null,
      error_code: status === "failed" ? "BAD_REQUEST_ERROR" : null,
      error_reason: status === "failed" ? "payment_failed" : null,
    });
    Object.assign(order, { status: "attempted" });
    world.tell(status === "failed" ? "payment.failed" : "payment.authorized", { payment });
    return payment;
  },
  set: (world, { id, ...values }) => Object.assign(need(world, String(id)), values),
  refund: (world, params) => refund(world, params, String(params["paymentId"])),
  dispute: (world, { paymentId, deducted }) => {
    const payment = need(world, String(paymentId));
    const { amount, currency } = payment;
    const amount_deducted = deducted ?? amount;
    const values = {
      payment_id: payment.id,
      amount,
      currency,
      amount_deducted,
      reason_code: "chargeback",
      status: "open",
    };
    const dispute = world.make("disp", values);
    world.tell("payment.dispute.created", { payment, dispute });
    return dispute;
  },
  closeDispute: (world, { id, status }) => {
    const dispute = Object.assign(need(world, String(id)), { status });
    const payment = need(world, String(dispute["payment_id"]));
    world.tell(`payment.dispute.${String(status)}`, { payment, dispute });
    return dispute;
  },
  settle: (world, { amount, of }) => {
    const made = world.make("setl", { amount, status: "processed", fees: 0, tax: 0, utr: "UTR1" });
    const named = typeof of === "string" ? of.split(",") : [];
    made["lines"] = named.map((id) => settledLine(need(world, id), made.id));
    return made;
  },
};

export async function startRazorpay(): Promise<{ port: number; stop: () => void }> {
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
  const [key = "", secret] = atob((request.headers.authorization ?? "").replace("Basic ", "")).split(":");
  if (!key.startsWith("rzp_test_") || secret !== "EnLs21M47BllR3X8PSFtjtbd")
    return send(response, 401, { error: { code: "BAD_REQUEST_ERROR", description: "Authentication failed" } });
  const method = request.method ?? "GET";
  const found = match(method, url.pathname);
  if (!found)
    return send(response, 404, { error: { code: "BAD_REQUEST_ERROR", description: "The URL was not found" } });
  const params = (method === "GET" ? Object.fromEntries(url.searchParams) : JSON.parse(body)) as Params;
  const { operation, id } = found;
  serve(response, { key, operation, run: () => ROUTES[operation]?.(worldOf(key), params, id) });
}

function match(method: string, pathname: string): { operation: string; id: string } | null {
  for (const operation of Object.keys(ROUTES)) {
    const pattern = operation.slice(operation.indexOf(" ") + 1).replace(":id", "([^/]+)");
    const found = operation.startsWith(`${method} `) ? new RegExp(`^${pattern}$`).exec(pathname) : null;
    if (found) return { operation, id: found[1] ?? "" };
  }
  return null;
}

interface Call {
  readonly key: string;
  readonly operation: string;
  readonly run: () => unknown;
}

function serve(response: ServerResponse, { key, operation, run }: Call): void {
  const fault = faults.next(key, operation);
  if (fault === "hang") return;
  if (fault === "fail") return send(response, 502, { error: { code: "SERVER_ERROR" } });
  try {
    const answer = structuredClone(run());
    const { effects } = worldOf(key);
    effects.set(operation, (effects.get(operation) ?? 0) + 1);
    if (fault === "take-and-hold") faults.hold(() => send(response, 200, answer));
    else if (fault !== "take-and-hang") send(response, 200, answer);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    send(response, 400, {
      error: { code: "BAD_REQUEST_ERROR", description: error.description, reason: "input_validation_failed" },
    });
  }
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
  send(response, 200, { result, things, events: world.events, effects: Object.fromEntries(world.effects) });
}
