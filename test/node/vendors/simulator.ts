import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "./faults.ts";
import { Faults, send } from "./faults.ts";

/**
 * A vendor of money on loopback: its endpoints, with a world for each of its keys. Beside them stands `/control/<key>`: what
 * happens there without us, which faults come, what it has told.
 */

export interface Thing {
  id: string;
  [name: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One account at a vendor: its objects, and the events that it would send. */
export class VendorWorld<T extends Thing = Thing> {
  readonly things = new Map<string, T>();
  readonly events: unknown[] = [];
  /** How often each operation had an effect. */
  readonly effects = new Map<string, number>();
  /** What was answered under each idempotency key, where the vendor answers once for each. */
  readonly answers = new Map<string, { readonly words: string; readonly answer: Answer }>();
  /** The idempotency keys that calls carried, call by call. */
  readonly keys: string[] = [];
}

export interface Vendor<W extends VendorWorld, P> {
  readonly world: () => W;
  /** Whose world a call is about; null for whoever is nobody. */
  readonly userOf: (request: IncomingMessage) => string | null;
  readonly read: (text: string, where: "query" | "body") => P;
  /** By method and path; `:id` is one part of it. */
  readonly routes: Readonly<Record<string, (world: W, params: P, id: string) => unknown>>;
  /** What customers, banks and the vendor's own people do. */
  readonly actions: Readonly<Record<string, (world: W, params: P) => unknown>>;
  /** Under which header a repeat is known. */
  readonly keyHeader?: string;
  /** The answer to a key that comes with other words; the vendor then repeats every answer under its key, 500 too. */
  readonly reused?: Answer;
  readonly stranger: unknown;
  readonly unknownUrl: unknown;
  /** What faults answer in place of an effect, and in place of the truth after one. */
  readonly before: Partial<Record<Fault, Answer>>;
  readonly instead?: Partial<Record<Fault, Answer>>;
  /** What the vendor says no with; null for what is a fault of the simulation. */
  readonly refusalOf: (error: unknown) => Answer | null;
}

export interface Running {
  readonly port: number;
  readonly stop: () => void;
}

export async function simulate<W extends VendorWorld, P>(vendor: Vendor<W, P>): Promise<Running> {
  const simulator = new Simulator(vendor);
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => simulator.handle(request, response, body));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

interface Call<P> {
  readonly user: string;
  readonly operation: string;
  readonly id: string;
  readonly params: P;
  readonly body: string;
  readonly key: string;
}

interface Command<P> {
  readonly do?: string;
  readonly with?: P;
  readonly faults?: { readonly operation: string; readonly list: readonly Fault[] };
  readonly release?: boolean;
}

/** What a key stands for: the same words again are a repeat. */
function wordsOf({ operation, body }: { readonly operation: string; readonly body: string }): string {
  return `${operation} ${body}`;
}

class Simulator<W extends VendorWorld, P> {
  readonly #vendor: Vendor<W, P>;
  readonly #worlds = new Map<string, W>();
  readonly #faults = new Faults();

  constructor(vendor: Vendor<W, P>) {
    this.#vendor = vendor;
  }

  handle(request: IncomingMessage, response: ServerResponse, body: string): void {
    const vendor = this.#vendor;
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const { method = "GET" } = request;
    if (url.pathname.startsWith("/control/")) return this.#control(response, url.pathname.slice(9), body);
    const user = vendor.userOf(request);
    if (user === null) return send(response, 401, vendor.stranger);
    const found = this.#match(method, url.pathname);
    if (!found) return send(response, 404, vendor.unknownUrl);
    const params = method === "GET" ? vendor.read(url.search.slice(1), "query") : vendor.read(body, "body");
    const key = vendor.keyHeader === undefined ? "" : String(request.headers[vendor.keyHeader] ?? "");
    this.#serve(response, { user, ...found, params, body, key });
  }

  #worldOf(user: string): W {
    const known = this.#worlds.get(user) ?? this.#vendor.world();
    this.#worlds.set(user, known);
    return known;
  }

  /** A relay may stand before the vendor under a path of its own. */
  #match(method: string, pathname: string): { operation: string; id: string } | null {
    for (const operation of Object.keys(this.#vendor.routes)) {
      const pattern = operation.slice(operation.indexOf(" ") + 1).replace(":id", "([^/]+)");
      const found = operation.startsWith(`${method} `) ? new RegExp(`^(?:/relay)?${pattern}$`).exec(pathname) : null;
      if (found) return { operation, id: decodeURIComponent(found[1] ?? "") };
    }
    return null;
  }

  #serve(response: ServerResponse, call: Call<P>): void {
    const { reused } = this.#vendor;
    const known = reused && this.#worldOf(call.user).answers.get(call.key);
    if (!known) return this.#answer(response, call, this.#faults.next(call.user, call.operation));
    if (known.words !== wordsOf(call)) return send(response, reused.status, reused.body);
    send(response, known.answer.status, known.answer.body, { "Idempotent-Replayed": "true" });
  }

  #answer(response: ServerResponse, call: Call<P>, fault: Fault | null): void {
    if (fault === "hang") return;
    const { before, instead = {} } = this.#vendor;
    const answer = (fault === null ? undefined : before[fault]) ?? this.#act(call);
    this.#remember(call, answer);
    const { status, body } = (fault === null ? undefined : instead[fault]) ?? answer;
    if (fault === "take-and-hold") this.#faults.hold(() => send(response, status, body));
    else if (fault !== "take-and-hang") send(response, status, body);
  }

  #remember(call: Call<P>, answer: Answer): void {
    if (!this.#vendor.reused || call.key === "") return;
    this.#worldOf(call.user).answers.set(call.key, { words: wordsOf(call), answer });
  }

  #act({ user, operation, params, id, key }: Call<P>): Answer {
    const world = this.#worldOf(user);
    if (key !== "") world.keys.push(key);
    try {
      const body: unknown = structuredClone(this.#vendor.routes[operation]?.(world, params, id));
      world.effects.set(operation, (world.effects.get(operation) ?? 0) + 1);
      return { status: 200, body };
    } catch (error) {
      const refused = this.#vendor.refusalOf(error);
      if (refused) return refused;
      throw error;
    }
  }

  #control(response: ServerResponse, user: string, body: string): void {
    const world = this.#worldOf(user);
    const command = (body === "" ? {} : JSON.parse(body)) as Command<P>;
    if (command.faults) this.#faults.plan(user, command.faults.operation, command.faults.list);
    if (command.release === true) this.#faults.release();
    const result =
      command.do === undefined ? null : this.#vendor.actions[command.do]?.(world, command.with ?? ({} as P));
    const things = Object.fromEntries(world.things);
    const { events, keys } = world;
    send(response, 200, { result, things, events, keys, effects: Object.fromEntries(world.effects) });
  }
}
