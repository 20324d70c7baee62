import { DAY, SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { Mail } from "#platform/mail/mailer";
import type { Sms } from "#platform/sms/texter";
import { signTicket } from "#platform/tickets";
import { definitionOf } from "./kinds.ts";
import type { RenderedMail, Subject } from "./render.ts";
import { renderMail, renderSms } from "./render.ts";
import { findBroadcast } from "./repository.broadcasts.ts";
import type { MessageRow } from "./repository.ts";
import { contentPlace } from "./repository.ts";
import { UNSUBSCRIBE } from "./service.unsubscribe.ts";

const UNSUBSCRIBE_TTL_SECONDS = (400 * DAY) / SECOND;

/** A message as a provider takes it and as development shows it. Every try composes the same. */
export type Composed =
  | { readonly channel: "email"; readonly mail: Mail; readonly links: readonly string[] }
  | { readonly channel: "sms"; readonly sms: Sms };

export async function compose(ctx: Ctx, message: MessageRow): Promise<Composed> {
  const subject = await openSubject(ctx, message);
  const { id, channel, recipient, kind } = message;
  if (channel === "sms") return { channel, sms: { id, to: recipient, kind, text: renderSms(subject).text } };
  const unsubscribePath =
    "unsubscribePath" in subject.data ? subject.data.unsubscribePath : await unsubscribePathOf(ctx, message);
  const rendered = await renderMail(subject, { publicOrigin: ctx.config.publicOrigin, unsubscribePath });
  return { channel, mail: toMail(ctx, { message, subject, rendered, unsubscribePath }), links: rendered.links };
}

interface MailParts {
  readonly message: MessageRow;
  readonly subject: Subject;
  readonly rendered: RenderedMail;
  readonly unsubscribePath: string | null;
}

function toMail(ctx: Ctx, { message, subject, rendered, unsubscribePath }: MailParts): Mail {
  const oneClick =
    unsubscribePath === null
      ? {}
      : {
          "List-Unsubscribe": `<${ctx.config.publicOrigin}${unsubscribePath}>`,
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        };
  return {
    id: message.id,
    from: ctx.config.messaging.mail.from,
    to: { name: subject.name, address: message.recipient },
    subject: rendered.subject,
    text: rendered.text,
    html: rendered.html,
    headers: { "Auto-Submitted": "auto-generated", ...oneClick },
    date: new Date(message.createdAt),
  };
}

async function openSubject(ctx: Ctx, message: MessageRow): Promise<Subject> {
  const { kind, locale, timeZone } = message;
  const { name, data } = await openContent(ctx, message);
  return { kind, locale, timeZone, name, data: definitionOf(kind).data.parse(data) as Subject["data"] };
}

async function openContent(ctx: Ctx, message: MessageRow): Promise<{ name: string | null; data: unknown }> {
  const text = await ctx.cipher.decrypt(message.content ?? "", contentPlace(message.id));
  const content = JSON.parse(text) as { name: string | null; data: unknown };
  if (message.broadcastId === null) return content;
  const broadcast = await findBroadcast(ctx, message.broadcastId);
  return {
    name: content.name,
    data: broadcast && { subject: broadcast.subject, body: broadcast.body, path: broadcast.path },
  };
}

async function unsubscribePathOf(ctx: Ctx, message: MessageRow): Promise<string | null> {
  if (definitionOf(message.kind).category !== "bulk" || message.userId === null) return null;
  const token = await signTicket(ctx, {
    ...UNSUBSCRIBE,
    subject: message.userId,
    ttlSeconds: UNSUBSCRIBE_TTL_SECONDS,
    id: message.id,
    issuedAt: message.createdAt,
    claims: { kind: message.kind },
  });
  return `/unsubscribe?token=${token}`;
}
