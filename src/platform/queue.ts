import { z } from "zod";
import { isId } from "#kernel/ids";
import { HOUR, SECOND } from "#kernel/time";
import type { Ctx } from "./ctx.ts";
import type { DeliveryOutcome } from "./deliver.ts";
import { deliver, giveUp } from "./deliver.ts";

const PARALLEL = 10;

const messageSchema = z.object({
  v: z.literal(1),
  eventId: z.string().refine((text) => isId("evt", text)),
  handler: z.string().regex(/^[a-zA-Z0-9.-]{1,100}$/),
});

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

/** The longest that a queue holds a message back; what has to wait longer is asked again, and waits on. */
const LONGEST_DELAY_SECONDS = (12 * HOUR) / SECOND;

function settle(message: Message, outcome: DeliveryOutcome): void {
  if ("delayMs" in outcome)
    message.retry({ delaySeconds: Math.min(LONGEST_DELAY_SECONDS, Math.ceil(outcome.delayMs / SECOND)) });
  else message.ack();
}

/**
 * What the queue itself gave up on: the consumer could not even settle it, because the database was away or the
 * handler took the process along. Its row decides: tries left are the sweeper's, the rest an operator can replay.
 */
async function consumeDead(message: Message, ctx: Ctx): Promise<void> {
  const parsed = messageSchema.safeParse(message.body);
  try {
    if (parsed.success) await giveUp(ctx, parsed.data);
    message.ack();
  } catch (error) {
    ctx.log.error("A dead letter could not be recorded.", { error });
    message.retry({ delaySeconds: 60 });
  }
}
