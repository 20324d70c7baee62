import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { pageOf, textField, timestamp } from "#platform/http/fields";
import type { Kind } from "./kinds.ts";
import { CHANNELS, KIND_NAMES } from "./kinds.ts";
import type { NotificationRow } from "./repository.notifications.ts";
import type { Broadcast } from "./service.broadcasts.ts";
import type { Preference } from "./service.notifications.ts";

const kind = z.enum(KIND_NAMES as [Kind, ...Kind[]]).openapi({ example: "receipt" });
const channel = z.enum(CHANNELS).openapi({ example: "email" });

export const notification = z
  .object({
    id: z.string().openapi({ example: "notif_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    kind: z.string().openapi({ example: "receipt" }),
    title: z.string().openapi({ example: "Receipt 2026-0042" }),
    body: z.string().openapi({ example: "$12.50, paid on 20 November 2026." }),
    link: z.string().nullable().openapi({ description: "A path on this origin.", example: "/app/billing" }),
    readAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .openapi("Notification");

const unreadCount = z.int().openapi({ description: "How many have not been read, on all pages.", example: 3 });

export const notificationPage = pageOf(notification).extend({ unreadCount }).openapi("NotificationPage");
export const unread = z.object({ unreadCount }).openapi("UnreadCount");

export const preferences = z
  .object({
    data: z.array(
      z.object({
        kind,
        category: z.enum(["security", "service", "bulk"]),
        locked: z.boolean().openapi({ description: "What concerns safety cannot be switched off." }),
        channels: z.partialRecord(channel, z.boolean()).openapi({
          description: "The channels that the kind has, and whether each is on.",
          example: { email: true },
        }),
      }),
    ),
  })
  .openapi("NotificationPreferences");

export const updatePreferences = z
  .strictObject({
    preferences: z
      .array(z.strictObject({ kind, channel, enabled: z.boolean() }))
      .min(1)
      .max(100)
      .openapi({ example: [{ kind: "scanAlert", channel: "email", enabled: false }] }),
  })
  .openapi("UpdateNotificationPreferences");

export const createBroadcast = z
  .strictObject({
    subject: textField(150)
      .refine((text) => !/\p{Cc}/u.test(text), { params: { code: "text_invalid" }, error: "One line, please." })
      .openapi({ example: "New payment methods" }),
    body: textField(10_000).openapi({
      description: "Plain text; an empty line begins a new paragraph.",
      example: "You can now pay by UPI.",
    }),
    path: z
      .string()
      .max(500)
      .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/)
      .nullable()
      .default(null)
      .openapi({ description: "Where the button leads, on this origin.", example: "/app" }),
  })
  .openapi("CreateBroadcast");

export const broadcastPreview = z
  .object({
    recipients: z.int().openapi({ description: "How many have not switched broadcasts off, as of now." }),
    subject: z.string(),
    text: z.string(),
    html: z.string(),
  })
  .openapi("BroadcastPreview");

export const broadcast = z
  .object({
    id: z.string().openapi({ example: "bcast_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    subject: z.string(),
    body: z.string(),
    path: z.string().nullable(),
    state: z.enum(["running", "done", "stopped"]).openapi({ description: "`done`: everybody has been written to." }),
    recipients: z.int().openapi({ description: "How many mails were written so far." }),
    sent: z.int(),
    dropped: z.int(),
    waiting: z.int(),
    createdBy: z.string(),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .openapi("Broadcast");

export function presentNotification(row: NotificationRow): z.infer<typeof notification> {
  const { id, kind: name, title, body, link, readAt, createdAt } = row;
  return { id, kind: name, title, body, link, readAt: toMoment(readAt), createdAt: toTimestamp(createdAt) };
}

export function presentPreferences(rows: readonly Preference[]): z.infer<typeof preferences> {
  return { data: rows.map((row) => ({ ...row, channels: { ...row.channels } })) };
}

export function presentBroadcast({ cursor: _cursor, ...row }: Broadcast): z.infer<typeof broadcast> {
  return { ...row, createdAt: toTimestamp(row.createdAt), finishedAt: toMoment(row.finishedAt) };
}

function toMoment(time: number | null): string | null {
  return time === null ? null : toTimestamp(time);
}
