import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { CLOSE } from "#objects/chat-session";
import type { ChatMessage } from "#objects/chat-session";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { z } from "zod";
import { problems } from "./errors.ts";
import type { Conversation } from "./repository.ts";
import * as repository from "./repository.ts";

/** A conversation's row is gone; its object forgets what was said. */
export const conversationDeleted = defineEvent("conversation.deleted", z.strictObject({ conversationId: z.string() }));

export const UNTITLED = "New conversation";
export const MAX_CONVERSATIONS = 1_000;

export interface CreateConversation {
  readonly title?: string | undefined;
}

/** A conversation that nobody has spoken in. */
export function draftConversation(ctx: Ctx, userId: Id<"user">, title?: string): Conversation {
  const now = ctx.now();
  const named = title !== undefined;
  return {
    id: ctx.newId("conv"),
    userId,
    title: title ?? UNTITLED,
    named,
    messageCount: 0,
    createdAt: now,
    updatedAt: now,
  };
}

export const createConversation = once(async (ctx: Ctx, input: CreateConversation): Promise<Conversation> => {
  const conversation = draftConversation(ctx, customerOf(ctx), input.title);
  await commit(ctx, repository.insertConversation(ctx, conversation, MAX_CONVERSATIONS), {
    result: conversation,
    refusals: { assistant_conversations_full: problems.tooManyConversations },
  });
  return conversation;
});

export async function listConversations(ctx: Ctx, page: PageRequest): Promise<Page<Conversation>> {
  const rows = await repository.listConversations(ctx, customerOf(ctx), page);
  return toPage(rows, page, ({ id }) => id);
}

export async function getConversation(ctx: Ctx, id: Id<"conv">): Promise<Conversation> {
  const conversation = await repository.findConversation(ctx, id);
  if (conversation?.userId !== customerOf(ctx)) throw problems.conversationNotFound();
  return conversation;
}

export interface RenameConversation {
  readonly id: Id<"conv">;
  readonly title: string;
}

export async function updateConversation(ctx: Ctx, { id, title }: RenameConversation): Promise<Conversation> {
  const conversation = await getConversation(ctx, id);
  await commit(ctx, repository.renameConversation(ctx, id, title), {
    refusals: { assistant_conversation_gone: problems.conversationNotFound },
  });
  return { ...conversation, title, named: true, updatedAt: ctx.now() };
}

/** Deletes a conversation. What was said in it is erased by a job, which is repeated until it has been. */
export async function deleteConversation(ctx: Ctx, id: Id<"conv">): Promise<void> {
  await getConversation(ctx, id);
  await commit(ctx, [repository.deleteConversation(ctx, id), repository.forgetSockets(ctx, [id])], {
    events: [draftEvent(conversationDeleted, { conversationId: id })],
  });
}

export interface MessagePage {
  readonly conversationId: Id<"conv">;
  readonly page: PageRequest;
}

/** What was said, newest first. */
export async function listMessages(ctx: Ctx, { conversationId, page }: MessagePage): Promise<Page<ChatMessage>> {
  await getConversation(ctx, conversationId);
  const before = page.after === null ? null : Number(page.after);
  const rows = await chat(ctx, conversationId).listMessages({ before, limit: page.limit });
  return toPage(rows, page, ({ position }) => String(position));
}

/** The object of a conversation. */
export function chat(ctx: Ctx, conversationId: string): ReturnType<Env["CHAT_SESSION"]["getByName"]> {
  return ctx.env.CHAT_SESSION.getByName(conversationId);
}

/** Makes an object forget its conversation; again without harm. */
export async function eraseConversation(ctx: Ctx, conversationId: string): Promise<void> {
  await chat(ctx, conversationId).erase();
}

const EXPORT_PAGE = 1_000;

/** Everything of a person: what each conversation holds, and what it cost. */
export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const { turns, conversations } = await repository.exportRows(ctx, userId);
  const exported: unknown[] = [];
  for (const conversation of conversations) {
    const messages: ChatMessage[] = [];
    let before: number | null = null;
    do {
      const page: ChatMessage[] = await chat(ctx, conversation.id).listMessages({ before, limit: EXPORT_PAGE });
      messages.push(...page.slice(0, EXPORT_PAGE));
      before = page.length > EXPORT_PAGE ? (messages.at(-1)?.position ?? null) : null;
    } while (before !== null);
    exported.push({ ...conversation, messages: messages.toReversed() });
  }
  return { conversations: exported, turns };
}

/** Objects first: they are erased again without harm, and nothing would lead to them once the rows are gone. */
export async function eraseUser(ctx: Ctx, userId: Id<"user">): Promise<ReturnType<typeof repository.eraseRows>> {
  for (const id of await repository.listIds(ctx, userId)) await eraseConversation(ctx, id);
  return repository.eraseRows(ctx, userId);
}

/** Closes the sockets of a person: those of one session, or all but those of one. */
export async function closeSockets(
  ctx: Ctx,
  of: { readonly userId: string; readonly sessionId: string | null; readonly except: string | null },
): Promise<void> {
  const sockets = (await repository.listSockets(ctx, of.userId)).filter(
    ({ sessionId }) =>
      (of.sessionId === null || sessionId === of.sessionId) && (of.except === null || sessionId !== of.except),
  );
  const { sessionId, except } = of;
  for (const { conversationId } of sockets)
    await chat(ctx, conversationId).closeSockets({ code: CLOSE.ticket, sessionId, except });
  const gone = sockets.map(({ conversationId }) => conversationId);
  if (gone.length > 0) await commit(ctx, [repository.forgetSockets(ctx, gone)]);
}
