import { z } from "zod";
import type { EventDraft } from "#kernel/event";
import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { toTimestamp } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { problems } from "./errors.ts";
import type { Attempt, Delivery, Endpoint } from "./repository.ts";
import * as repository from "./repository.ts";
import { getEndpoint } from "./service.ts";

/** A delivery is due. Carries its id alone. */
export const deliveryDue = defineEvent("webhook.due", z.strictObject({ deliveryId: z.string() }));

export interface Announcement {
  readonly userId: Id<"user">;
  /** `scan.alert`: a noun and what it is about, full-stop delimited. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The same key reaches an endpoint once, however often the event comes. */
  readonly dedupeKey: string;
}

/** What a caller adds to its own commit. */
export interface Announced {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

/** Tells all endpoints of a user that are switched on of something, once the caller has committed. */
export async function announce(ctx: Ctx, { userId, type, data, dedupeKey }: Announcement): Promise<Announced> {
  const body = JSON.stringify({ type, timestamp: toTimestamp(ctx.now()), data });
  const rows = (await repository.listEnabled(ctx, userId)).map((to) =>
    draftDelivery(ctx, to, { type, body, dedupeKey }),
  );
  return {
    statements: rows.map((row) => repository.insertDelivery(ctx, row)),
    events: rows.map(({ id }) => draftEvent(deliveryDue, { deliveryId: id })),
  };
}

type Content = Pick<Delivery, "type" | "body" | "dedupeKey">;

function draftDelivery(ctx: Ctx, { id: endpointId, userId }: Endpoint, content: Content): Delivery {
  return {
    id: ctx.newId("delivery"),
    endpointId,
    userId,
    ...content,
    state: "pending",
    tries: 0,
    attempts: 0,
    nextAttemptAt: ctx.now(),
    createdAt: ctx.now(),
    settledAt: null,
  };
}

export interface LoggedDelivery extends Delivery {
  readonly log: readonly Attempt[];
}

export async function listDeliveries(ctx: Ctx, id: Id<"webhook">, page: PageRequest): Promise<Page<LoggedDelivery>> {
  const endpoint = await getEndpoint(ctx, id);
  const { data, nextCursor } = toPage(await repository.listDeliveries(ctx, endpoint.id, page), page, (row) => row.id);
  const tries = Map.groupBy(
    await repository.listAttempts(
      ctx,
      data.map((row) => row.id),
    ),
    ({ deliveryId }) => deliveryId,
  );
  return { data: data.map((row) => ({ ...row, log: tries.get(row.id) ?? [] })), nextCursor };
}

/** Sends a delivery again under its own id, whatever became of it. */
export const redeliver = once(
  async (
    ctx: Ctx,
    of: { readonly id: Id<"webhook">; readonly deliveryId: Id<"delivery"> },
  ): Promise<LoggedDelivery> => {
    const endpoint = await ableEndpoint(ctx, of.id);
    const delivery = await repository.findDelivery(ctx, of.deliveryId);
    if (delivery?.endpointId !== endpoint.id) throw problems.deliveryNotFound();
    const log = await repository.listAttempts(ctx, [delivery.id]);
    const state = "pending" as const;
    const result: LoggedDelivery = { ...delivery, state, tries: 0, nextAttemptAt: ctx.now(), settledAt: null, log };
    await commit(ctx, [repository.reopen(ctx, delivery.id)], {
      events: [draftEvent(deliveryDue, { deliveryId: delivery.id })],
      result,
    });
    return result;
  },
);

/** Sends an endpoint something to try it with. */
export const testEndpoint = once(async (ctx: Ctx, id: Id<"webhook">): Promise<LoggedDelivery> => {
  const endpoint = await ableEndpoint(ctx, id);
  const type = "webhook.test";
  const timestamp = toTimestamp(ctx.now());
  const body = JSON.stringify({ type, timestamp, data: { webhookId: endpoint.id } });
  const row = draftDelivery(ctx, endpoint, { type, body, dedupeKey: `test:${ctx.newId("evt")}` });
  const result: LoggedDelivery = { ...row, log: [] };
  await commit(ctx, [repository.insertDelivery(ctx, row)], {
    events: [draftEvent(deliveryDue, { deliveryId: row.id })],
    result,
  });
  return result;
});

async function ableEndpoint(ctx: Ctx, id: Id<"webhook">): Promise<Endpoint> {
  const endpoint = await getEndpoint(ctx, id);
  if (endpoint.state === "disabled") throw problems.webhookDisabled({ detail: "Switch it on first." });
  return endpoint;
}
