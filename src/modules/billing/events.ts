import { z } from "zod";
import { defineEvent } from "#kernel/event";

/** What billing tells other modules. */

/** A subscription has begun, gone on, changed or ended. */
export const subscriptionMoved = defineEvent(
  "subscription.moved",
  z.strictObject({
    userId: z.string(),
    subscriptionId: z.string(),
    happening: z.enum(["started", "renewed", "upgraded", "downgraded", "cancelled", "paused", "resumed", "ended"]),
    level: z.string(),
  }),
);
