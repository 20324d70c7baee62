import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { timestamp } from "#platform/http/fields";
import type { WebhookRow } from "./repository.webhooks.ts";
import type { Opened } from "./service.webhooks.ts";

export const provider = z.enum(["stripe", "razorpay", "sandbox"]);
export const webhookState = z.enum(["received", "handled", "ignored"]);

export const gatewayEvent = z
  .object({
    id: z.string().openapi({ example: "hook_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    provider,
    eventId: z.string().openapi({ description: "The vendor's id; for Razorpay the hash of the body." }),
    type: z.string().openapi({ example: "payment_intent.succeeded" }),
    state: webhookState,
    reason: z.string().nullable().openapi({ description: "Why it was ignored." }),
    objectId: z.string().nullable().openapi({ description: "What it is about, by the vendor's id." }),
    receivedAt: timestamp,
    settledAt: timestamp.nullable(),
  })
  .openapi("GatewayEvent");

export const openedEvent = gatewayEvent
  .extend({ payload: z.string().nullable().openapi({ description: "The body as it came; null after 90 days." }) })
  .openapi("OpenedGatewayEvent");

export function presentEvent(row: WebhookRow): z.infer<typeof gatewayEvent> {
  const { id, provider: name, eventId, type, state, reason, objectId, receivedAt, settledAt } = row;
  const at = settledAt === null ? null : toTimestamp(settledAt);
  return {
    id,
    provider: name,
    eventId,
    type,
    state,
    reason,
    objectId,
    receivedAt: toTimestamp(receivedAt),
    settledAt: at,
  };
}

export function presentOpened(row: Opened): z.infer<typeof openedEvent> {
  return { ...presentEvent(row), payload: row.payload };
}
