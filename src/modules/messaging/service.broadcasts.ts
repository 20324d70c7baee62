import { z } from "zod";
import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { SECOND } from "#kernel/time";
import { commit, describeActor, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { NotYet } from "#platform/failure";
import { pathsOf } from "./content.ts";
import { problems } from "./errors.ts";
import { contentOf, renderMail } from "./render.ts";
import type { BroadcastRow, Recipient } from "./repository.broadcasts.ts";
import * as repository from "./repository.broadcasts.ts";
import type { NewMessage } from "./repository.ts";
import { contentPlace } from "./repository.ts";
import { displayName, isMailAddress } from "./rules.ts";
import { messageQueued } from "./service.ts";

/** A page of a broadcast's recipients is to be written to. */
export const pageDue = defineEvent("broadcast.pageDue", z.strictObject({ broadcastId: z.string() }));

const PAGE = 100;
/** While so many messages of a broadcast wait, no further page is written: its backlog stays small, and stops soon. */
const BACKLOG = 300;
const BACKLOG_WAIT_MS = 5 * SECOND;

export interface Broadcast extends BroadcastRow {
  readonly sent: number;
  readonly dropped: number;
  readonly waiting: number;
}

export interface CreateBroadcast {
  readonly subject: string;
  readonly body: string;
  readonly path: string | null;
}

/** Starts a broadcast to everybody who has not switched broadcasts off. */
export const createBroadcast = once(async (ctx: Ctx, input: CreateBroadcast): Promise<Broadcast> => {
  const row: BroadcastRow = {
    ...input,
    id: ctx.newId("bcast"),
    state: "running",
    createdBy: describeActor(ctx).actor,
    cursor: "",
    recipients: 0,
    createdAt: ctx.now(),
    finishedAt: null,
  };
  const result = { ...row, sent: 0, dropped: 0, waiting: 0 };
  await commit(ctx, [repository.insertBroadcast(ctx, row)], {
    audit: { action: "broadcast.created", target: row.id, after: { subject: row.subject } },
    events: [draftEvent(pageDue, { broadcastId: row.id })],
    result,
  });
  return result;
});

export async function listBroadcasts(ctx: Ctx, request: PageRequest): Promise<Page<Broadcast>> {
  const page = toPage(await repository.listBroadcasts(ctx, request), request, (row) => row.id);
  return { ...page, data: await withProgress(ctx, page.data) };
}

export async function getBroadcast(ctx: Ctx, id: Id<"bcast">): Promise<Broadcast> {
  const row = await repository.findBroadcast(ctx, id);
  const [broadcast] = row ? await withProgress(ctx, [row]) : [];
  if (!broadcast) throw problems.broadcastNotFound();
  return broadcast;
}

/** Stops a broadcast: what has not left yet stays. One that is stopped already is left as it is. */
export const stopBroadcast = once(async (ctx: Ctx, id: Id<"bcast">): Promise<Broadcast> => {
  const broadcast = await getBroadcast(ctx, id);
  if (broadcast.state === "stopped") return broadcast;
  const result: Broadcast = { ...broadcast, state: "stopped", finishedAt: ctx.now() };
  await commit(ctx, repository.stopBroadcast(ctx, id), {
    audit: { action: "broadcast.stopped", target: id, after: { recipients: broadcast.recipients } },
    result,
    refusals: { [repository.FINISHED]: problems.broadcastFinished },
  });
  return result;
});

/** Writes to the next page of recipients and asks for the one after it. Goes on where an earlier run stopped. */
export async function writePage(ctx: Ctx, id: string): Promise<void> {
  const broadcast = await repository.findBroadcast(ctx, id);
  if (broadcast?.state !== "running") return;
  if ((await repository.countWaiting(ctx, id)) >= BACKLOG) throw new NotYet(BACKLOG_WAIT_MS);
  const recipients = await repository.listRecipients(ctx, broadcast.cursor, PAGE);
  const refusals = await repository.listRefusals(
    ctx,
    recipients.map(({ userId }) => userId),
  );
  const wants = (channel: string) => (recipient: Recipient) => !refusals.has(`${recipient.userId} ${channel}`);
  const mails = await Promise.all(
    recipients.filter(wants("email")).flatMap((recipient) => toMessage(ctx, broadcast, recipient) ?? []),
  );
  const notices = recipients.filter(wants("inApp")).map((recipient) => toNotice(ctx, broadcast, recipient));
  const done = recipients.length < PAGE;
  const to = recipients.at(-1)?.userId ?? broadcast.cursor;
  const statements = [
    ...repository.advance(ctx, { id, from: broadcast.cursor, to, recipients: mails.length, done }),
    repository.insertMessages(ctx, id, mails),
    repository.insertNotifications(ctx, id, notices),
  ];
  const events = [
    ...mails.map((message) => draftEvent(messageQueued, { messageId: message.id })),
    ...(done ? [] : [draftEvent(pageDue, { broadcastId: id })]),
  ];
  await commit(ctx, statements, { events }).catch((error: unknown) => {
    if (!isRefusedBy(error, repository.MOVED)) throw error;
  });
}

function toMessage(ctx: Ctx, broadcast: BroadcastRow, recipient: Recipient): Promise<NewMessage> | null {
  const { userId, email, locale, timeZone, name } = recipient;
  if (email === null || !isMailAddress(email)) return null;
  const id = ctx.newId("msg");
  const row = { id, userId, kind: "broadcast", channel: "email", recipient: email, locale, timeZone } as const;
  const content = JSON.stringify({ name: displayName(name), data: null });
  return ctx.cipher
    .encrypt(content, contentPlace(id))
    .then((sealed) => ({ ...row, content: sealed, dedupeKey: broadcast.id }));
}

function toNotice(ctx: Ctx, broadcast: BroadcastRow, recipient: Recipient): repository.BroadcastNotification {
  const { userId, locale, timeZone } = recipient;
  const { subject, body, path } = broadcast;
  const content = contentOf({ kind: "broadcast", data: { subject, body, path }, locale, timeZone, name: null });
  return {
    id: ctx.newId("notif"),
    userId,
    title: content.subject,
    body: content.preheader,
    link: pathsOf(content)[0] ?? null,
  };
}

async function withProgress(ctx: Ctx, rows: readonly BroadcastRow[]): Promise<Broadcast[]> {
  const counted = await repository.countProgress(
    ctx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const count = (...states: string[]): number =>
      counted
        .filter(({ broadcastId, state }) => broadcastId === row.id && states.includes(state))
        .reduce((sum, progress) => sum + progress.count, 0);
    return {
      ...row,
      sent: count("sent"),
      dropped: count("dropped"),
      waiting: count("queued", "sending", "unresolved"),
    };
  });
}

export interface Preview {
  readonly recipients: number;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** How a broadcast would look and how many it would reach. Nothing is kept. */
export async function previewBroadcast(ctx: Ctx, data: CreateBroadcast): Promise<Preview> {
  const subject = { kind: "broadcast", data, locale: "en", timeZone: "UTC", name: null } as const;
  const place = { publicOrigin: ctx.config.publicOrigin, unsubscribePath: "/unsubscribe" };
  const [mail, recipients] = await Promise.all([renderMail(subject, place), repository.countRecipients(ctx)]);
  return { recipients, subject: mail.subject, text: mail.text, html: mail.html };
}
