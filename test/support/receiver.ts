import type { Actor } from "#platform/ctx";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";
import { HeldQueue } from "./platform.ts";
import { ports } from "./vendors.ts";

/** Speaks to the simulated endpoints of customers, which run beside the tests. */

const base = `http://127.0.0.1:${ports.receiver}`;

interface Received {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Receiver {
  readonly url: string;
  /** What becomes of each call; after that, all are taken. */
  plan(...behaviours: readonly string[]): Promise<void>;
  calls(): Promise<readonly Received[]>;
}

/** An endpoint that nobody else sends to. */
export function aReceiver(): Receiver {
  const name = crypto.randomUUID();
  return {
    url: `${base}/hooks/${name}`,
    plan: async (...behaviours) => {
      await fetch(`${base}/control/${name}`, { method: "PUT", body: JSON.stringify(behaviours) });
    },
    calls: async () => await (await fetch(`${base}/control/${name}`)).json(),
  };
}

/** The queue keeps its messages, so that nothing is sent before a test says so. */
export const held = { EVENTS: new HeldQueue().binding };
/** Settings that give endpoints little time. */
export const quick = { ...held, WEBHOOK_TIMEOUT_MS: "300" };
export const resolver = { ...held, WEBHOOK_RESOLVER_URL: `${base}/dns-query` };

export interface Webhook {
  readonly id: string;
  readonly secret: string;
  readonly enabled: boolean;
  readonly disabledBy: string | null;
  readonly failingSince: string | null;
}

export interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: readonly { readonly status: number | null; readonly error: string | null }[];
}

export async function aWebhook(app: TestApp, as: Actor, url = aReceiver().url): Promise<Webhook> {
  return await bodyOf<Webhook>(await app.call("POST /api/v1/webhooks", { as, json: { url } }));
}

/** Asks for a delivery to try an endpoint with; it is queued. */
export async function aDelivery(app: TestApp, as: Actor, id: string): Promise<Delivery> {
  return await bodyOf<Delivery>(await app.call(`POST /api/v1/webhooks/${id}/test`, { as, env: held }));
}

export async function deliveriesOf(app: TestApp, as: Actor, id: string): Promise<readonly Delivery[]> {
  return (await bodyOf<{ data: Delivery[] }>(await app.call(`GET /api/v1/webhooks/${id}/deliveries`, { as }))).data;
}
