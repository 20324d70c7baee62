import type { DomainEvent } from "#kernel/event";
import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { DAY, SECOND } from "#kernel/time";
import type { Contact } from "#modules/messaging";
import { findContact, notify } from "#modules/messaging";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { keyedHash } from "#platform/keyed-hash";
import { signTicket, verifyTicket } from "#platform/tickets";
import type { Subscriber } from "./repository.ts";
import * as repository from "./repository.ts";
import { incidentUpdated } from "./service.ts";

const CONFIRM = { purpose: "confirm", audience: "status" } as const;
const LEAVE = { purpose: "leave", audience: "status" } as const;
const CONFIRM_TTL_SECONDS = DAY / SECOND;
const LEAVE_TTL_SECONDS = (400 * DAY) / SECOND;
const PAGE = 50;

async function idOf(ctx: Ctx, email: string): Promise<string> {
  return await keyedHash(ctx.config, "status subscriber", email.toLowerCase());
}

const contactOf = (email: string): Contact => ({
  userId: null,
  email,
  phone: null,
  locale: "en",
  timeZone: "UTC",
  name: null,
});

/** Sends a link that subscribes an address. Nothing is kept of the address before it is opened. */
export async function askToSubscribe(ctx: Ctx, email: string): Promise<void> {
  const subject = await idOf(ctx, email);
  const token = await signTicket(ctx, { ...CONFIRM, subject, ttlSeconds: CONFIRM_TTL_SECONDS, claims: { email } });
  const { statements, events } = await notify(ctx, {
    contact: contactOf(email),
    kind: "statusConfirm",
    data: { path: `/status/confirm?token=${token}`, expiresAt: ctx.now() + DAY },
    dedupeKey: `status:${subject}:${Math.floor(ctx.now() / DAY)}`,
  });
  await commit(ctx, statements, { events });
}

/** Subscribes whom a link was sent to; false when the link is not good. A repeat changes nothing. */
export async function confirm(ctx: Ctx, token: string): Promise<boolean> {
  const ticket = await verifyTicket(ctx, token, CONFIRM);
  const email = ticket?.claims["email"];
  if (!ticket || email === undefined) return false;
  const id = ticket.subject;
  const address = await ctx.cipher.encrypt(email, placeOf(id));
  await commit(ctx, [repository.putSubscriber(ctx, { id, address, confirmedAt: ctx.now() })]);
  return true;
}

/** Whether a link that subscribes is good. */
export async function canConfirm(ctx: Ctx, token: string): Promise<boolean> {
  return (await verifyTicket(ctx, token, CONFIRM)) !== null;
}

/** Whether a link that ends a subscription is good. */
export async function canLeave(ctx: Ctx, token: string): Promise<boolean> {
  return (await verifyTicket(ctx, token, LEAVE)) !== null;
}

/** Ends a subscription; false when the link is not good. A repeat changes nothing. */
export async function leave(ctx: Ctx, token: string): Promise<boolean> {
  const ticket = await verifyTicket(ctx, token, LEAVE);
  if (!ticket) return false;
  await commit(ctx, [repository.deleteSubscriber(ctx, ticket.subject)]);
  return true;
}

function placeOf(id: string): string {
  return `status_subscribers.address:${id}`;
}

/** Tells a page of subscribers what was said, and has the next page told. */
export async function tellSubscribers(
  ctx: Ctx,
  { data }: DomainEvent<{ incidentId: string; at: number; after: string }>,
): Promise<void> {
  const incident = await repository.findIncident(ctx, data.incidentId as Id<"inc">);
  const update = incident?.updates.find(({ at }) => at === data.at);
  if (!incident || !update) return;
  const page = await repository.listSubscribers(ctx, data.after, PAGE);
  const told = await Promise.all(page.map(async (subscriber) => await tell(ctx, subscriber, { incident, update })));
  const last = page.at(-1);
  const rest = page.length < PAGE || !last ? [] : [draftEvent(incidentUpdated, { ...data, after: last.id })];
  await commit(
    ctx,
    told.flatMap(({ statements }) => statements),
    { events: [...told.flatMap(({ events }) => events), ...rest] },
  );
}

async function tell(
  ctx: Ctx,
  { id, address }: Subscriber,
  said: { readonly incident: repository.Incident; readonly update: repository.Update },
) {
  const { incident, update } = said;
  const email = await ctx.cipher.decrypt(address, placeOf(id));
  const token = await signTicket(ctx, { ...LEAVE, subject: id, ttlSeconds: LEAVE_TTL_SECONDS });
  return await notify(ctx, {
    contact: contactOf(email),
    kind: "incident",
    data: {
      title: incident.title,
      state: update.state,
      message: update.message,
      at: update.at,
      path: "/status",
      unsubscribePath: `/status/unsubscribe?token=${token}`,
    },
    dedupeKey: `incident:${incident.id}:${update.at}:${id}`,
  });
}

/** What is kept of a person: whether their address is subscribed. */
export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const email = (await findContact(ctx, userId))?.email;
  const row = email ? await repository.findSubscriber(ctx, await idOf(ctx, email)) : null;
  return { statusSubscription: row ? { confirmedAt: row.confirmedAt } : null };
}

export async function eraseUser(ctx: Ctx, userId: Id<"user">): Promise<readonly Statement[]> {
  const email = (await findContact(ctx, userId))?.email;
  return email ? [repository.deleteSubscriber(ctx, await idOf(ctx, email))] : [];
}
