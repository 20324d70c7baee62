import { draftEvent } from "#kernel/event";
import { DAY } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { DeliveryMessage } from "#platform/outbox";
import { sweep } from "#platform/outbox";
import type { TestApp } from "./app.ts";
import { testApp } from "./app.ts";
import { freshId } from "./actors.ts";
import { HeldQueue, count, handlerModule, inJob, rows, thingMade } from "./platform.ts";

export interface Delivery {
  readonly state: string;
  readonly attempts: number;
  readonly last_error: string | null;
}

/** An app with one handler whose work a test gives, its queue and its clock. */
export class DeliveryProbe {
  readonly queue = new HeldQueue();
  /** How often the handler was entered, by thing. */
  readonly entered = new Map<string, number>();
  clock = Date.UTC(2027, 0, 1);
  /** What the handler does next. */
  work: (ctx: Ctx, thing: string) => Promise<void> = leaveMark;
  readonly options = { env: { EVENTS: this.queue.binding }, now: (): number => this.clock };
  readonly app: TestApp = testApp(
    handlerModule(async (ctx, event) => {
      const { thing } = event.data as { thing: string };
      this.entered.set(thing, (this.entered.get(thing) ?? 0) + 1);
      await this.work(ctx, thing);
    }),
  );

  /** A new day, an empty queue that takes messages, and a handler that works. */
  renew(): void {
    this.clock += DAY;
    this.queue.take();
    this.queue.down = false;
    this.work = leaveMark;
  }

  /** Commits an event and takes its message out of the queue. */
  async publish(thing: string = freshId("job")): Promise<{ thing: string; message: DeliveryMessage }> {
    this.queue.take();
    await inJob(this.app, this.options, async (ctx) => commit(ctx, [], { events: [draftEvent(thingMade, { thing })] }));
    const [message] = this.queue.take();
    if (!message) throw new Error("The commit sent nothing.");
    return { thing, message };
  }

  async sweep(): Promise<number> {
    return inJob(this.app, this.options, async (ctx) => sweep(ctx));
  }
}

/** The effect of a handler: a row more under the name of the thing, each time. */
export async function leaveMark(ctx: Ctx, thing: string): Promise<void> {
  const slot = Math.floor(Math.random() * 1e9);
  await commit(ctx, [
    ctx.db.sql("insert into platform_cron_slots (name, slot, claimed_at, attempts) values (?, ?, 1, 1)", thing, slot),
  ]);
}

export async function marks(thing: string): Promise<number> {
  return count("platform_cron_slots", "name = ?", thing);
}

export async function deliveryOf({ eventId }: DeliveryMessage): Promise<Delivery | undefined> {
  return (await rows<Delivery>("select * from platform_deliveries where event_id = ?", eventId))[0];
}
