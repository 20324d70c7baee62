import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { pageOf, textField, timestamp } from "#platform/http/fields";
import type { Endpoint } from "./repository.ts";
import type { NewEndpoint } from "./service.ts";
import type { LoggedDelivery } from "./service.deliveries.ts";

const url = z.string().min(1).max(2_048).openapi({
  description: "Where calls go: https, a public name, no port. Redirects are not followed.",
  example: "https://hooks.customer.dev/bourse",
});
const description = z
  .union([z.literal(""), textField(200)])
  .openapi({ description: "For your own eyes.", example: "Alerts to the desk" });

export const createWebhook = z
  .strictObject({ url, description: description.default("") })
  .openapi("CreateWebhook", { example: { url: "https://hooks.customer.dev/bourse" } });

export const updateWebhook = z
  .strictObject({ url: url.optional(), description: description.optional(), enabled: z.boolean().optional() })
  .openapi("UpdateWebhook", { example: { enabled: true } });

export const webhook = z
  .object({
    id: z.string().openapi({ example: "webhook_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    url,
    description: z.string(),
    enabled: z.boolean(),
    disabledBy: z.enum(["owner", "failures", "gone"]).nullable().openapi({
      description: "`failures`: nothing has arrived for five days; `gone`: it answered 410.",
    }),
    failingSince: timestamp.nullable(),
    previousSecretUntil: timestamp.nullable().openapi({
      description: "Until when the secret before the last rotation signs too.",
    }),
    createdAt: timestamp,
  })
  .openapi("Webhook");

export const webhookPage = pageOf(webhook).openapi("WebhookPage");

export const newWebhook = webhook
  .extend({
    secret: z.string().openapi({
      description: "What calls are signed with, shown this once.",
      example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }),
  })
  .openapi("NewWebhook");

const attempt = z.object({
  at: timestamp,
  status: z.int().nullable(),
  error: z.string().nullable().openapi({
    description: "Why the try failed: `refused`, `redirected`, `timed_out`, `unreachable`, `unresolved`, `url_…`.",
    example: "timed_out",
  }),
  durationMs: z.int(),
});

export const delivery = z
  .object({
    id: z.string().openapi({
      description: "The `webhook-id` of every try, by which a receiver knows a repeat.",
      example: "delivery_01k0gq2v9eft6tmd4y6n3k9b2x",
    }),
    type: z.string().openapi({ example: "scan.alert" }),
    state: z.enum(["pending", "delivered", "failed"]),
    payload: z.string().openapi({ description: "The body, as it is signed and sent." }),
    attempts: z.array(attempt),
    nextAttemptAt: timestamp.nullable(),
    createdAt: timestamp,
    settledAt: timestamp.nullable(),
  })
  .openapi("WebhookDelivery");

export const deliveryPage = pageOf(delivery).openapi("WebhookDeliveryPage");

export function presentWebhook(row: Endpoint): z.infer<typeof webhook> {
  const { id, url: address, description: words, state, disabledBy, failingSince, previousUntil, createdAt } = row;
  return {
    id,
    url: address,
    description: words,
    enabled: state === "enabled",
    disabledBy,
    failingSince: toMoment(failingSince),
    previousSecretUntil: toMoment(previousUntil),
    createdAt: toTimestamp(createdAt),
  };
}

export function presentNew({ endpoint, secret }: NewEndpoint): z.infer<typeof newWebhook> {
  return { ...presentWebhook(endpoint), secret };
}

export function presentDelivery(row: LoggedDelivery): z.infer<typeof delivery> {
  const { id, type, state, body, log, nextAttemptAt, createdAt, settledAt } = row;
  return {
    id,
    type,
    state,
    payload: body,
    attempts: log.map(({ at, status, error, durationMs }) => ({ at: toTimestamp(at), status, error, durationMs })),
    nextAttemptAt: toMoment(nextAttemptAt),
    createdAt: toTimestamp(createdAt),
    settledAt: toMoment(settledAt),
  };
}

function toMoment(time: number | null): string | null {
  return time === null ? null : toTimestamp(time);
}
