import { createExecutionContext, createMessageBatch, getQueueResult, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { z } from "zod";
import { defineEvent } from "#kernel/event";
import type { Actor, Ctx } from "#platform/ctx";
import { createCtx } from "#platform/ctx";
import type { Job, Module } from "#platform/module";
import { defineJob } from "#platform/module";
import type { DeliveryMessage } from "#platform/outbox";
import { consume } from "#platform/queue";
import type { App } from "../../src/app.ts";

/** Rows of the database as it stands, past every layer. */
export async function rows<T = Record<string, unknown>>(sql: string, ...params: (string | number)[]): Promise<T[]> {
  const { results } = await env.DB.prepare(sql)
    .bind(...params)
    .all<T>();
  return results;
}

export async function count(table: string, where = "1 = 1", ...params: (string | number)[]): Promise<number> {
  const [row] = await rows<{ n: number }>(`select count(*) as n from ${table} where ${where}`, ...params);
  return row?.n ?? 0;
}

/** A queue whose messages stay where a test can see them: the clock and the order are the test's. */
export class HeldQueue {
  readonly messages: DeliveryMessage[] = [];
  down = false;
  readonly binding: Queue = {
    send: async () => {
      throw new Error("Messages travel in batches.");
    },
    sendBatch: async (batch: Iterable<MessageSendRequest>) => {
      if (this.down) throw new Error("Queue is not available.");
      for (const { body } of batch) this.messages.push(structuredClone(body) as DeliveryMessage);
      return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
    },
    metrics: async () => ({ backlogCount: 0, backlogBytes: 0 }),
  };

  take(): DeliveryMessage[] {
    return this.messages.splice(0);
  }
}

export interface JobOptions {
  readonly now?: () => number;
  readonly env?: Partial<Env>;
  readonly actor?: Actor;
}

/** Runs work in a context of its own, as the queue and the clock do, and waits for what it deferred. */
export async function inJob<T>(app: App, options: JobOptions, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const execution = createExecutionContext();
  const ctx = createCtx({
    env: { ...env, ...options.env },
    actor: options.actor ?? { kind: "system", job: "test" },
    requestId: "test",
    composition: app.composition,
    defer: (deferred) => execution.waitUntil(deferred),
    ...(options.now ? { now: options.now } : {}),
  });
  const result = await work(ctx);
  await waitOnExecutionContext(execution);
  return result;
}

export interface Consumed {
  readonly acked: readonly string[];
  readonly retried: readonly string[];
}

/** Gives a batch to the consumer; messages are named by their place, from 0. */
export async function consumeBatch(
  app: App,
  bodies: readonly unknown[],
  options: JobOptions & { queue?: string } = {},
): Promise<Consumed> {
  const messages = bodies.map((body, index) => ({ id: String(index), timestamp: new Date(), attempts: 1, body }));
  const batch = createMessageBatch(options.queue ?? "bourse-events", messages);
  const execution = createExecutionContext();
  await inJob(app, options, async (ctx) => consume(batch, ctx));
  const result = await getQueueResult(batch, execution);
  return { acked: result.explicitAcks.toSorted(), retried: result.retryMessages.map(({ msgId }) => msgId).toSorted() };
}

export const thingMade = defineEvent("thing.made", z.strictObject({ thing: z.string() }));

/** A module with one handler for `thing.made`, whose work the test gives. */
export function handlerModule(handle: Job["handle"], name = "probe.handle"): Module {
  return { name: "probe", jobs: [defineJob(name, thingMade, handle)] };
}
