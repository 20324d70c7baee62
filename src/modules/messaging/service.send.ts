import { z } from "zod";
import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { MINUTE, SECOND, toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { withGatheredReads } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { isRefusedBy } from "#platform/db";
import { NotYet, SetAside } from "#platform/failure";
import { http } from "#platform/http/problems";
import type { SendOutcome } from "#platform/send-outcome";
import { problems } from "./errors.ts";
import { definitionOf } from "./kinds.ts";
import { mailersOf, textersOf } from "./providers.ts";
import { findBroadcast } from "./repository.broadcasts.ts";
import * as sending from "./repository.sending.ts";
import type { MessageRow, OutboxEntry } from "./repository.ts";
import { findChoices, findMessage, insertOutboxEntry } from "./repository.ts";
import {
  afterUnseenOutcome,
  BREAKER,
  chooseProvider,
  dailyCap,
  passesSuppression,
  recipientCaps,
} from "./rules.sending.ts";
import type { Composed } from "./service.compose.ts";
import { compose } from "./service.compose.ts";

/** The day's cap of a channel is used up: somebody should look at what is being sent. */
const capReached = defineEvent(
  "messaging.capReached",
  z.strictObject({ channel: z.enum(["email", "sms"]), day: z.string() }),
);

type OpenMessage = MessageRow & { readonly state: "queued" | "sending" | "unresolved" };

const TURN_WAIT_MS = SECOND;
const CAP_WAIT_MS = 15 * MINUTE;

/**
 * Sends a message that is waiting; one that is settled, or was erased meanwhile, is left as it is.
 *
 * Before a provider is called, the call is written down. What was certainly not taken is tried again, by the next
 * provider after a while; a mail whose outcome nobody saw only by the same one, under the same id; an SMS of that
 * sort is set aside for an operator.
 */
export async function sendMessage(ctx: Ctx, id: Id<"msg">): Promise<void> {
  const message = await findMessage(ctx, id);
  if (!message || !isOpen(message)) return;
  await refuseUnseen(ctx, message);
  const reason = await reasonToDrop(ctx, message);
  if (reason !== null) {
    ctx.log.warn("A message was dropped.", { target: id, code: reason });
    await commit(ctx, [sending.markDropped(ctx, id, reason)]);
    return;
  }
  const composed = await compose(ctx, message);
  const call = await chooseCall(ctx, message, composed);
  if (call === null) {
    await commit(ctx, settleAsSent(ctx, composed, { id, provider: "outbox", reference: null }));
    return;
  }
  if (!(await reserve(ctx, message, call.provider))) return;
  await settle(ctx, { message, composed, provider: call.provider, outcome: await call.send() });
}

function isOpen(message: MessageRow): message is OpenMessage {
  return message.state !== "sent" && message.state !== "dropped";
}

async function refuseUnseen(ctx: Ctx, message: OpenMessage): Promise<void> {
  const replayed = ctx.claim?.kind === "delivery" && ctx.claim.attempts === 1;
  const next = afterUnseenOutcome(message.channel, message, { now: ctx.now(), replayed });
  if (next === "wait") throw new NotYet(TURN_WAIT_MS);
  if (next === "send") return;
  await commit(ctx, [sending.release(ctx, message.id, { state: "unresolved", reason: "interrupted" })], {
    partial: true,
  });
  throw new SetAside("outcome_unknown");
}

/** Why a message must not leave any more; null when it may. */
async function reasonToDrop(ctx: Ctx, message: OpenMessage): Promise<string | null> {
  if (message.broadcastId !== null && (await findBroadcast(ctx, message.broadcastId))?.state === "stopped") {
    return "broadcast_stopped";
  }
  const { category } = definitionOf(message.kind);
  const gathered = withGatheredReads(ctx);
  const caps = recipientCaps(message.channel, category);
  const [off, suppressed, ...counts] = await Promise.all([
    category === "bulk" ? isSwitchedOff(gathered, message) : false,
    sending.findSuppression(gathered, message.recipient),
    ...caps.map(async (cap) => await sending.countRecent(gathered, message, cap)),
  ]);
  if (off) return "switched_off";
  if (!passesSuppression(suppressed, category)) return `recipient_${suppressed}`;
  return caps.some(({ limit }, index) => (counts[index] ?? 0) >= limit) ? "recipient_cap" : null;
}

/** Whether the person has ended this kind since the message was written. */
async function isSwitchedOff(ctx: Ctx, { userId, kind, channel }: OpenMessage): Promise<boolean> {
  return userId !== null && (await findChoices(ctx, userId, kind))[channel] === false;
}

interface Call {
  readonly provider: string;
  readonly send: () => Promise<SendOutcome>;
}

/** The call to make; null in development without a provider, where the outbox alone shows the message. */
async function chooseCall(ctx: Ctx, message: OpenMessage, composed: Composed): Promise<Call | null> {
  const calls: Call[] =
    composed.channel === "email"
      ? mailersOf(ctx).map((mailer) => ({ provider: mailer.name, send: async () => await mailer.send(composed.mail) }))
      : textersOf(ctx).map((texter) => ({ provider: texter.name, send: async () => await texter.send(composed.sms) }));
  if (calls.length === 0 && ctx.config.development) return null;
  if (calls.length === 0) throw http.notConfigured({ detail: "No provider is configured for this channel." });
  const names = calls.map(({ provider }) => provider);
  const resting = names.length > 1 ? await sending.listResting(ctx) : new Set<string>();
  const chosen = chooseProvider(message, names, resting);
  const call = calls.find(({ provider }) => provider === chosen);
  if (!call) throw new SetAside("provider_gone");
  return call;
}

/** Writes the call down. False when the message was dropped instead; throws `NotYet` when it has to wait. */
async function reserve(ctx: Ctx, message: OpenMessage, provider: string): Promise<boolean> {
  const { channel } = message;
  const limits = channel === "email" ? ctx.config.messaging.mail : ctx.config.messaging.sms;
  const cap = dailyCap(limits.dailyCap, channel === "sms" ? "service" : definitionOf(message.kind).category);
  const statements = [
    ...sending.takeMessage(ctx, message, provider),
    ...sending.takeTurn(ctx, provider, limits.perSecond),
    ...(message.attempts === 0 ? sending.spend(ctx, channel, cap) : []),
  ];
  try {
    await commit(ctx, statements, { partial: true });
    return true;
  } catch (error) {
    if (isRefusedBy(error, sending.TAKEN, sending.BUSY)) throw new NotYet(TURN_WAIT_MS);
    if (!isRefusedBy(error, sending.CAPPED)) throw error;
    await tellOfCap(ctx, channel);
    if (channel === "email") throw new NotYet(CAP_WAIT_MS);
    await commit(ctx, [sending.markDropped(ctx, message.id, "day_cap")]);
    return false;
  }
}

async function tellOfCap(ctx: Ctx, channel: "email" | "sms"): Promise<void> {
  const event = draftEvent(capReached, { channel, day: toDate(ctx.now()) });
  try {
    await commit(ctx, sending.alertCap(ctx, channel), { events: [event], partial: true });
    ctx.log.error("The day's cap of a channel is used up.", { code: `${channel}_day_cap` });
  } catch (error) {
    if (!isRefusedBy(error, sending.ALERTED)) throw error;
  }
}

interface Settlement {
  readonly message: OpenMessage;
  readonly composed: Composed;
  readonly provider: string;
  readonly outcome: SendOutcome;
}

async function settle(ctx: Ctx, { message, composed, provider, outcome }: Settlement): Promise<void> {
  const { id, recipient, channel } = message;
  if (outcome.state === "sent") {
    const sent = settleAsSent(ctx, composed, { id, provider, reference: outcome.reference });
    await commit(ctx, [...sent, sending.noteSuccess(ctx, provider)]);
    return;
  }
  ctx.log.warn("A provider did not take a message.", { target: id, code: `${provider}_${outcome.reason}` });
  if (outcome.state === "undeliverable") {
    await commit(ctx, [sending.markDropped(ctx, id, outcome.reason), sending.suppress(ctx, recipient, "bounced")]);
    return;
  }
  const state = outcome.state === "refused" ? "queued" : "unresolved";
  const statements = [
    sending.release(ctx, id, { state, reason: outcome.reason }),
    sending.noteFailure(ctx, provider, BREAKER),
  ];
  await commit(ctx, statements, { partial: true });
  if (state === "unresolved" && channel === "sms") throw new SetAside("outcome_unknown");
  throw problems.providerFailed({ code: outcome.reason });
}

function settleAsSent(ctx: Ctx, composed: Composed, sent: sending.Sent & { id: Id<"msg"> }): Statement[] {
  const { id, provider, reference } = sent;
  const shown = ctx.config.development ? [insertOutboxEntry(ctx, toOutboxEntry(ctx, composed))] : [];
  return [sending.markSent(ctx, id, { provider, reference }), ...shown];
}

function toOutboxEntry(ctx: Ctx, composed: Composed): OutboxEntry {
  const createdAt = ctx.now();
  if (composed.channel === "sms") {
    const { id, to, text } = composed.sms;
    return { id, channel: "sms", recipient: to, subject: null, text, html: null, links: [], createdAt };
  }
  const { id, to, subject, text, html } = composed.mail;
  return { id, channel: "email", recipient: to.address, subject, text, html, links: composed.links, createdAt };
}
