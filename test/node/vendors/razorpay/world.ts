import type { IncomingMessage } from "node:http";
import type { Answer, Thing } from "../simulator.ts";
import { VendorWorld } from "../simulator.ts";

/** What Razorpay and RazorpayX have in common: ids, events, words, and JSON both ways. */

export type Params = Readonly<Record<string, unknown>>;

export const now = (): number => Math.floor(Date.now() / 1_000);

export class World extends VendorWorld {
  make(kind: string, values: Params): Thing {
    const id = `${kind}_${crypto.randomUUID().replaceAll("-", "").slice(0, 14)}`;
    const thing = { id, entity: kind, created_at: now(), ...values };
    this.things.set(id, thing);
    return thing;
  }

  get(id: unknown): Thing {
    const thing = this.things.get(String(id));
    if (!thing) throw new Refused("The id provided does not exist");
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

export class Refused extends Error {
  readonly reason: string;

  constructor(description: string, reason = "input_validation_failed") {
    super(description);
    this.reason = reason;
  }
}

export function collection(items: readonly Thing[]): unknown {
  return { entity: "collection", count: items.length, items };
}

/** A page of things, as `from`, `skip` and `count` ask for it. */
export function page(things: readonly Thing[], params: Params): unknown {
  const skip = Number(params["skip"] ?? 0);
  const since = Number(params["from"] ?? 0);
  const found = things.filter(({ created_at: at }) => Number(at) >= since);
  return collection(found.slice(skip, skip + Number(params["count"] ?? 10)));
}

function userOf({ headers }: IncomingMessage, keySecret: string): string | null {
  const [user = "", secret] = atob((headers.authorization ?? "").replace("Basic ", "")).split(":");
  return user.startsWith("rzp_test_") && secret === keySecret ? user : null;
}

function refusalOf(error: unknown): Answer | null {
  if (!(error instanceof Refused)) return null;
  const { message: description, reason } = error;
  return { status: 400, body: { error: { code: "BAD_REQUEST_ERROR", description, reason } } };
}

const said = (description: string): unknown => ({ error: { code: "BAD_REQUEST_ERROR", description } });

/** How both speak. */
export function speaking(keySecret: string) {
  return {
    world: () => new World(),
    userOf: (request: IncomingMessage) => userOf(request, keySecret),
    read: (text: string, where: "query" | "body"): Params =>
      where === "query" ? Object.fromEntries(new URLSearchParams(text)) : (JSON.parse(text) as Params),
    stranger: said("Authentication failed"),
    unknownUrl: said("The URL was not found"),
    refusalOf,
  };
}
