import { z } from "zod";
import { SECOND } from "#kernel/time";
import type { Ctx } from "./ctx.ts";
import type { DeliveryOutcome } from "./deliver.ts";
import { bury, deliver } from "./deliver.ts";

const PARALLEL = 10;

const messageSchema = z.object({ v: z.literal(1), eventId: z.string(), handler: z.string() });

/** Works off a batch of deliveries. Each message is acknowledged by itself, so that one failure repeats nothing else. */
export async function consume(batch: MessageBatch, ctx: Ctx): Promise<void> {
  const dead = batch.queue.includes("-dead");
  const waiting = [...batch.messages];
  const work = async (): Promise<void> => {
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      await (dead ? consumeDead(message, ctx) : consumeOne(message, ctx));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

async function consumeOne(message: Message, ctx: Ctx): Promise<void> {
  const parsed = messageSchema.safeParse(message.body);
  if (!parsed.success) {
    ctx.log.error("A message of an unknown form was dropped; its delivery, if there is one, will be swept.", {
      count: 1,
    });
    message.ack();
    return;
  }
  try {
    settle(message, await deliver(ctx, parsed.data));
  } catch (error) {
    ctx.log.error("A message could not be settled.", { ...parsed.data, error });
    message.retry({ delaySeconds: 30 });
  }
}

function settle(message: Message, outcome: DeliveryOutcome): void {
  if (outcome.state === "retry") message.retry({ delaySeconds: Math.ceil(outcome.delayMs / SECOND) });
  else message.ack();
}

/** What the queue itself gave up on. Its row says so, and an operator can replay it. */
async function consumeDead(message: Message, ctx: Ctx): Promise<void> {
  const parsed = messageSchema.safeParse(message.body);
  try {
    if (parsed.success) await bury(ctx, parsed.data, "retries_exhausted");
    message.ack();
  } catch (error) {
    ctx.log.error("A dead letter could not be recorded.", { error });
    message.retry({ delaySeconds: 60 });
  }
}
