import type { Id } from "#kernel/ids";
import type { Contact, Notice, NoticeKind } from "#modules/messaging";
import { notify } from "#modules/messaging";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { freshId } from "./actors.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";

export interface OutboxMessage {
  readonly id: string;
  readonly channel: string;
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly links: readonly string[];
}

/** Somebody new with an address that nobody else has. */
export function aContact(overrides: Partial<Contact> = {}): Contact & { readonly userId: Id<"user"> } {
  const userId = overrides.userId ?? freshId("user");
  const email = `${userId.slice(-12)}@example.com`;
  return { email, phone: null, locale: "en-GB", timeZone: "UTC", name: null, ...overrides, userId };
}

/** A phone number that nobody else has. */
export function aPhone(): string {
  const digits = crypto.getRandomValues(new Uint8Array(9)).map((byte) => byte % 10);
  return `+49${[1, ...digits].join("")}`;
}

/** Tells somebody of something, in a commit of its own. */
export async function tell<K extends NoticeKind>(ctx: Ctx, notice: Notice<K>): Promise<void> {
  const { statements, events } = await notify(ctx, notice);
  await commit(ctx, statements, { events });
}

/** What development shows for an address, once everything has been worked off. */
export async function outboxOf(app: TestApp, to: string | null): Promise<readonly OutboxMessage[]> {
  await app.call("POST /dev/jobs/drain");
  const answer = await app.call(`GET /dev/outbox?to=${encodeURIComponent(to ?? "")}`);
  return (await bodyOf<{ data: OutboxMessage[] }>(answer)).data;
}
