import type { EventDraft } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Contact, Notice, NoticeKind } from "#modules/messaging";
import { notify, upsertContact } from "#modules/messaging";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { UserRow } from "./repository.users.ts";

/** What goes along with a change: its rows, and the events that lead to mails and other modules' work. */
export interface Parts {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

/** The pages that mails lead to. Opening one changes nothing; what it holds is posted back. */
export const PAGES = {
  signIn: "/sign-in",
  resetRequest: "/reset-password",
  security: "/app/settings",
  verify: (token: string) => `/verify-email?token=${token}`,
  reset: (token: string) => `/reset-password?token=${token}`,
  confirmEmail: (token: string) => `/confirm-email?token=${token}`,
  export: (id: string) => `/app/exports/${id}`,
} as const;

export function contactOf({ id, email, phone, locale, timeZone, name }: UserRow): Contact & { userId: Id<"user"> } {
  return { userId: id, email, phone, locale, timeZone, name };
}

/** Lets the whole product know how somebody is reached; goes along with every change of it. */
export function publishContact(ctx: Ctx, user: UserRow): Statement {
  return upsertContact(ctx, contactOf(user));
}

/** Somebody who has no account. */
export function strangerAt(to: { readonly email?: string; readonly phone?: string }, locale = "en"): Contact {
  return { userId: null, email: to.email ?? null, phone: to.phone ?? null, locale, timeZone: "UTC", name: null };
}

export async function tell<K extends NoticeKind>(
  ctx: Ctx,
  user: UserRow,
  notice: Omit<Notice<K>, "contact">,
): Promise<Parts> {
  return await notify(ctx, { contact: contactOf(user), ...notice });
}

/** Several parts as one. */
export function together(...parts: readonly Parts[]): Parts {
  return {
    statements: parts.flatMap(({ statements }) => statements),
    events: parts.flatMap(({ events }) => events),
  };
}
