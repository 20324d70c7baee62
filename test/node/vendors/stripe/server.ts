import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "../faults.ts";
import { Faults, send } from "../faults.ts";
import type { Params } from "../form.ts";
import { readForm } from "../form.ts";
import { ACTIONS, ROUTES } from "./routes.ts";
import { Refusal, World } from "./world.ts";

/**
 * Stripe on loopback: forms in, JSON out, a world for each secret key, idempotency keys that repeat every answer, 500 too.
 * Beside it stands `/control/<key>`: what happens there, which faults come, what it has told.
 */

const worlds = new Map<string, World>();
const faults = new Faults();

export async function startStripe(): Promise<{ port: number; stop: () => void }> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => handle(request, response, body));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

function worldOf(key: string): World {
  const known = worlds.get(key) ?? new World();
  worlds.set(key, known);
  return known;
}

function handle(request: IncomingMessage, response: ServerResponse, body: string): void {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const method = request.method ?? "GET";
  if (url.pathname.startsWith("/control/")) return control(response, url.pathname.slice(9), body);
  const key = (request.headers.authorization ?? "").replace("Bearer ", "");
  if (!key.startsWith("sk_test_")) return send(response, 401, { error: { type: "invalid_request_error" } });
  const found = match(method, url.pathname);
  if (!found) return send(response, 404, { error: { type: "invalid_request_error", code: "url_unknown" } });
  const params = readForm(method === "GET" ? url.search.slice(1) : body);
  const idempotencyKey = request.headers["idempotency-key"];
  serve(response, { world: worldOf(key), key, ...found, params, body, idempotencyKey: String(idempotencyKey ?? "") });
}

interface Call {
  readonly world: World;
  readonly key: string;
  readonly operation: string;
  readonly id: string;
  readonly params: Params;
  readonly body: string;
  readonly idempotencyKey: string;
}

function match(method: string, pathname: string): { operation: string; id: string } | null {
  for (const operation of Object.keys(ROUTES)) {
    const pattern = operation.slice(operation.indexOf(" ") + 1).replace(":id", "([^/]+)");
    const found = operation.startsWith(`${method} `) ? new RegExp(`^${pattern}$`).exec(pathname) : null;
    if (found) return { operation, id: decodeURIComponent(found[1] ?? "") };
  }
  return null;
}

function serve(response: ServerResponse, call: Call): void {
  const { world, idempotencyKey, body } = call;
  const known = idempotencyKey === "" ? undefined : world.answers.get(idempotencyKey);
  if (known && known.body !== `${call.operation} ${body}`)
    return send(response, 400, { error: { type: "idempotency_error" } });
  if (known) return send(response, known.status, known.answer, { "Idempotent-Replayed": "true" });
  const fault = faults.next(call.key, call.operation);
  if (fault === "hang") return;
  const { status, answer } = fault === "fail" ? { status: 500, answer: { error: { type: "api_error" } } } : act(call);
  if (idempotencyKey !== "") world.answers.set(idempotencyKey, { body: `${call.operation} ${body}`, status, answer });
  if (fault === "take-and-hold") faults.hold(() => send(response, status, answer));
  else if (fault !== "take-and-hang") send(response, status, answer);
}

function act({ world, operation, id, params }: Call): { status: number; answer: unknown } {
  try {
    const answer = structuredClone(ROUTES[operation]?.(world, params, id));
    world.effects.set(operation, (world.effects.get(operation) ?? 0) + 1);
    return { status: 200, answer };
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, answer: error.body };
    throw error;
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
