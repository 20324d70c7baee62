import type { Id } from "#kernel/ids";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { http } from "#platform/http/problems";
import { definitionOf } from "./kinds.ts";
import type { Subject } from "./render.ts";
import { renderMail, renderSms } from "./render.ts";
import * as repository from "./repository.ts";
import type { MessageRow } from "./repository.ts";

/** Sends a message that is waiting. One that is settled, or was erased meanwhile, is left as it is. */
export async function sendMessage(ctx: Ctx, id: Id<"msg">): Promise<void> {
  const message = await repository.findMessage(ctx, id);
  if (!message || message.state !== "queued") return;
  if (!ctx.config.development) throw http.notConfigured();
  const subject = await openContent(ctx, message);
  const entry = await outboxEntry(ctx, message, subject);
  await commit(ctx, [
    repository.insertOutboxEntry(ctx, entry),
    repository.markSent(ctx, id, { provider: "outbox", reference: null }),
  ]);
}

async function openContent(ctx: Ctx, message: MessageRow): Promise<Subject> {
  const { kind, locale, timeZone } = message;
  const text = await ctx.cipher.decrypt(message.content ?? "", repository.contentPlace(message.id));
  const { name, data } = JSON.parse(text) as { name: string | null; data: unknown };
  return { kind, locale, timeZone, name, data: definitionOf(kind).data.parse(data) as Subject["data"] };
}

async function outboxEntry(ctx: Ctx, message: MessageRow, subject: Subject): Promise<repository.OutboxEntry> {
  const { id, channel, recipient } = message;
  const base = { id, channel, recipient, createdAt: ctx.now() };
  if (channel === "sms") return { ...base, ...renderSms(subject), subject: null, html: null, links: [] };
  return { ...base, ...(await renderMail(subject, { publicOrigin: ctx.config.publicOrigin, unsubscribePath: null })) };
}
