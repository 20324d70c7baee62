import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Category, Channel, Kind } from "./kinds.ts";
import { definitionOf, isAlwaysSent, KIND_NAMES } from "./kinds.ts";
import type { Choice, NotificationRow } from "./repository.notifications.ts";
import * as repository from "./repository.notifications.ts";

export interface NotificationPage extends Page<NotificationRow> {
  readonly unreadCount: number;
}

export async function listNotifications(ctx: Ctx, page: PageRequest): Promise<NotificationPage> {
  const userId = customerOf(ctx);
  const [rows, unreadCount] = await Promise.all([
    repository.listNotifications(ctx, userId, page),
    repository.countUnread(ctx, userId),
  ]);
  return {
    ...toPage(rows, page, (row) => row.id),
    unreadCount,
  };
}

export const readNotification = once(async (ctx: Ctx, id: Id<"notif">): Promise<NotificationRow> => {
  const userId = customerOf(ctx);
  const row = await repository.findNotification(ctx, id);
  if (row?.userId !== userId) throw problems.notificationNotFound();
  const at = ctx.now();
  const read = { ...row, readAt: row.readAt ?? at };
  await commit(ctx, [repository.markRead(ctx, { userId, id, at })], { result: read });
  return read;
});

/** Marks everything as read that has arrived so far. */
export const readAllNotifications = once(async (ctx: Ctx): Promise<{ readonly unreadCount: number }> => {
  const result = { unreadCount: 0 };
  await commit(ctx, [repository.markRead(ctx, { userId: customerOf(ctx), id: null, at: ctx.now() })], { result });
  return result;
});

export interface Preference {
  readonly kind: Kind;
  readonly category: Exclude<Category, "operations">;
  /** Security cannot be switched off. */
  readonly locked: boolean;
  /** The ways that the kind has, and whether each is on. */
  readonly channels: Readonly<Partial<Record<Channel, boolean>>>;
}

export async function listPreferences(ctx: Ctx): Promise<readonly Preference[]> {
  return presentChoices(await repository.listChoices(ctx, customerOf(ctx)));
}

export async function updatePreferences(ctx: Ctx, choices: readonly Choice[]): Promise<readonly Preference[]> {
  const userId = customerOf(ctx);
  for (const { kind, channel } of choices) {
    const definition = definitionOf(kind);
    if (isAlwaysSent(definition.category)) throw problems.kindLocked({ detail: `\`${kind}\` is always sent.` });
    if (!definition.channels.includes(channel))
      throw problems.channelUnavailable({ detail: `\`${kind}\` does not go by \`${channel}\`.` });
  }
  await commit(
    ctx,
    choices.map((choice) => repository.putChoice(ctx, userId, choice)),
  );
  return await listPreferences(ctx);
}

function presentChoices(choices: readonly Choice[]): Preference[] {
  const chosen = new Map(choices.map(({ kind, channel, enabled }) => [`${kind} ${channel}`, enabled]));
  return KIND_NAMES.flatMap((kind) => {
    const { category, channels } = definitionOf(kind);
    if (category === "operations") return [];
    const locked = isAlwaysSent(category);
    const states = channels.map((channel) => [channel, locked || (chosen.get(`${kind} ${channel}`) ?? true)]);
    return [{ kind, category, locked, channels: Object.fromEntries(states) as Preference["channels"] }];
  });
}
