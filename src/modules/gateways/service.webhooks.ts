import { z } from "zod";
import { defineEvent, draftEvent } from "#kernel/event";
import type { EventDraft } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { isRefusedBy } from "#platform/db";
import { problems } from "./errors.ts";
import type { GatewayName, Notice, Topic } from "./gateway.ts";
import type { Settled, WebhookRow } from "./repository.webhooks.ts";
import * as repository from "./repository.webhooks.ts";

/** A vendor has said that something changed. Carries the id of the stored event alone. */
export const webhookReceived = defineEvent("webhook.received", z.strictObject({ hookId: z.string() }));

/** The same of money on its way out, which is not the payments' to handle. */
export const transferTold = defineEvent("webhook.transferTold", z.strictObject({ hookId: z.string() }));

function told(hookId: string, topic: Topic): EventDraft {
  return draftEvent(topic === "transfer" ? transferTold : webhookReceived, { hookId });
}

interface Stored {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

/** What stores an event and has it handled; an event that nobody handles is stored as ignored. */
export async function storing(
  ctx: Ctx,
  provider: GatewayName,
  notice: Notice & { readonly body: string },
): Promise<Stored> {
  const id = ctx.newId("hook");
  const body = await ctx.cipher.encrypt(notice.body, placeOf(id));
  const { topic, refusedFor } = notice;
  return {
    statements: [repository.insertWebhook(ctx, { ...notice, id, provider, body })],
    events: topic !== null && refusedFor === null ? [told(id, topic)] : [],
  };
}

function placeOf(id: Id<"hook">): string {
  return `gateways_webhooks.body:${id}`;
}

/** Stores an event whose signature is good. One that has come before changes nothing. */
async function storeWebhook(
  ctx: Ctx,
  provider: GatewayName,
  notice: Notice & { readonly body: string },
): Promise<void> {
  const { statements, events } = await storing(ctx, provider, notice);
  try {
    await commit(ctx, statements, { events });
  } catch (error) {
    if (!isRefusedBy(error, repository.KNOWN)) throw error;
  }
}

/**
 * The same while the vendor still waits. Vendors hang up after some seconds and may switch off an endpoint that has done it to
 * them often; what takes longer is said to be unstored, goes on, and meets the vendor's next try.
 */
export async function storeInTime(
  ctx: Ctx,
  provider: GatewayName,
  notice: Notice & { readonly body: string },
): Promise<void> {
  const work = storeWebhook(ctx, provider, notice);
  ctx.defer(Promise.allSettled([work]));
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(problems.eventNotStored({ retryAfterSeconds: RETRY_SECONDS, detail: "Send it again." }));
  }, ctx.config.payments.acknowledgeMs);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const RETRY_SECONDS = 10;

/** An event that is still to be handled; null when that has been done. */
export async function findOpenWebhook(ctx: Ctx, id: Id<"hook">): Promise<WebhookRow | null> {
  const row = await repository.findWebhook(ctx, id);
  return row?.state === "received" ? row : null;
}

/** What marks an event as dealt with: add it to the commit of its effects. */
export function settleWebhook(ctx: Ctx, id: Id<"hook">, settled: Settled): Statement[] {
  return repository.settle(ctx, id, settled);
}

export interface WebhookFilter {
  readonly state: WebhookRow["state"] | null;
  readonly provider: GatewayName | null;
}

export async function listWebhooks(ctx: Ctx, filter: WebhookFilter, page: PageRequest): Promise<Page<WebhookRow>> {
  return toPage(await repository.listWebhooks(ctx, filter, page), page, ({ id }) => id);
}

export interface Opened extends WebhookRow {
  /** The body as it came; null once its time is over. */
  readonly payload: string | null;
}

/** An event with its body, which names people. That an operator has looked at it is written down. */
export async function getWebhook(ctx: Ctx, id: Id<"hook">): Promise<Opened> {
  const row = await repository.findWebhook(ctx, id);
  if (!row) throw problems.eventNotFound();
  await commit(ctx, [], { audit: { action: "webhook.viewed", target: id } });
  return { ...row, payload: row.body === null ? null : await ctx.cipher.decrypt(row.body, placeOf(id)) };
}

/** Has an event handled once more. Its effects are unique by what they are about, so nothing counts twice. */
export const replayWebhook = once(async (ctx: Ctx, id: Id<"hook">): Promise<WebhookRow> => {
  const row = await repository.findWebhook(ctx, id);
  if (!row) throw problems.eventNotFound();
  if (row.topic === null) return row;
  const open: WebhookRow = { ...row, state: "received", reason: null, settledAt: null };
  await commit(ctx, [repository.reopen(ctx, id)], {
    audit: { action: "webhook.replayed", target: id, before: { state: row.state } },
    events: [told(id, row.topic)],
    result: open,
  });
  return open;
});
