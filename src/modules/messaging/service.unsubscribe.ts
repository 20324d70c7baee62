import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { verifyTicket } from "#platform/tickets";
import type { Kind } from "./kinds.ts";
import { definitionOf, isKind } from "./kinds.ts";
import { putChoice } from "./repository.notifications.ts";

/** What the ticket in a bulk mail is for. */
export const UNSUBSCRIBE = { purpose: "unsubscribe", audience: "messaging" } as const;

export interface Subscription {
  readonly userId: string;
  readonly kind: Kind;
}

/** Whose mails of which kind a ticket ends; null when the ticket is not good. */
export async function readSubscription(ctx: Ctx, token: string): Promise<Subscription | null> {
  const ticket = await verifyTicket(ctx, token, UNSUBSCRIBE);
  const kind = ticket?.claims["kind"];
  if (!ticket || kind === undefined || !isKind(kind) || definitionOf(kind).category !== "bulk") return null;
  return { userId: ticket.subject, kind };
}

/** Ends a kind of bulk mail for whoever it was sent to (RFC 8058). A repeat changes nothing. */
export async function unsubscribe(ctx: Ctx, token: string): Promise<Subscription | null> {
  const subscription = await readSubscription(ctx, token);
  if (!subscription) return null;
  const { userId, kind } = subscription;
  await commit(ctx, [putChoice(ctx, userId, { kind, channel: "email", enabled: false })]);
  return subscription;
}
