import { z } from "zod";
import type { EventDraft } from "#kernel/event";
import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Channel, DataOf, InputOf, Kind } from "./kinds.ts";
import { definitionOf, isAlwaysSent } from "./kinds.ts";
import { contentOf } from "./render.ts";
import { pathsOf } from "./content.ts";
import * as repository from "./repository.ts";
import { channelsFor, displayName } from "./rules.ts";

/** A message is waiting to be sent. Carries its id alone: no words, no address. */
export const messageQueued = defineEvent("message.queued", z.strictObject({ messageId: z.string() }));

/** Somebody who can be written to. */
export interface Contact {
  readonly userId: Id<"user"> | null;
  readonly email: string | null;
  /** E.164. */
  readonly phone: string | null;
  readonly locale: string;
  readonly timeZone: string;
  readonly name: string | null;
}

export interface Notice<K extends Kind> {
  readonly contact: Contact;
  readonly kind: K;
  readonly data: InputOf<K>;
  /** Only these of the kind's channels, where the person has chosen them for this very thing. */
  readonly channels?: readonly Channel[];
  /** The same key reaches the same person once, however often the event comes: usually the event's id. */
  readonly dedupeKey?: string;
}

/** What a caller adds to its own commit, so that people are told exactly when the change has happened. */
export interface Notification {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

/**
 * Tells somebody of something, by every way that the kind has and the person has not switched off. Nothing is sent
 * before the caller commits: add the statements and events to that commit.
 *
 * Data that does not fit its kind is a bug and throws; an address that cannot be written to is left out.
 */
export async function notify<K extends Kind>(ctx: Ctx, notice: Notice<K>): Promise<Notification> {
  const { contact, kind } = notice;
  const definition = definitionOf(kind);
  const data = definition.data.parse(notice.data) as DataOf<K>;
  const chosen =
    isAlwaysSent(definition.category) || contact.userId === null
      ? {}
      : await repository.findChoices(ctx, contact.userId, kind);
  const statements: Statement[] = [];
  const events: EventDraft[] = [];
  for (const channel of channelsFor(definition, contact, chosen)) {
    if (notice.channels && !notice.channels.includes(channel)) continue;
    if (channel === "inApp") {
      statements.push(insertNotification(ctx, notice, data));
      continue;
    }
    const id = ctx.newId("msg");
    const recipient = (channel === "email" ? contact.email : contact.phone) ?? "";
    statements.push(await insertMessage(ctx, { id, channel, recipient, notice, data }));
    events.push(draftEvent(messageQueued, { messageId: id }));
  }
  return { statements, events };
}

interface Addressed<K extends Kind> {
  readonly id: Id<"msg">;
  readonly channel: "email" | "sms";
  readonly recipient: string;
  readonly notice: Notice<K>;
  readonly data: DataOf<K>;
}

async function insertMessage<K extends Kind>(ctx: Ctx, addressed: Addressed<K>): Promise<Statement> {
  const { id, channel, recipient, notice, data } = addressed;
  const { contact, kind } = notice;
  const content = JSON.stringify({ name: displayName(contact.name), data });
  return repository.insertMessage(ctx, {
    id,
    userId: contact.userId,
    channel,
    kind,
    recipient,
    locale: contact.locale,
    timeZone: contact.timeZone,
    content: await ctx.cipher.encrypt(content, repository.contentPlace(id)),
    dedupeKey: notice.dedupeKey ?? null,
  });
}

function insertNotification<K extends Kind>(
  ctx: Ctx,
  { contact, kind, dedupeKey }: Notice<K>,
  data: DataOf<K>,
): Statement {
  const { locale, timeZone, name, userId } = contact;
  const content = contentOf({ kind, data, locale, timeZone, name });
  return repository.insertNotification(ctx, {
    id: ctx.newId("notif"),
    userId: userId ?? "",
    kind,
    title: content.subject,
    body: content.preheader,
    link: pathsOf(content)[0] ?? null,
    dedupeKey: dedupeKey ?? null,
  });
}
