import { z } from "zod";
import { defineEvent } from "#kernel/event";

/** A deposit is in its wallet. */
export const depositCredited = defineEvent(
  "deposit.credited",
  z.strictObject({ depositId: z.string(), userId: z.string(), asset: z.string() }),
);

/** A withdrawal holds its amount. */
export const withdrawalRequested = defineEvent(
  "withdrawal.requested",
  z.strictObject({ withdrawalId: z.string(), userId: z.string(), asset: z.string() }),
);

/** As many operators as were needed have agreed to a withdrawal, or none was needed. */
export const withdrawalApproved = defineEvent("withdrawal.approved", z.strictObject({ withdrawalId: z.string() }));

/** A withdrawal is past the point at which it can be stopped. */
export const withdrawalBroadcast = defineEvent("withdrawal.broadcast", z.strictObject({ withdrawalId: z.string() }));
