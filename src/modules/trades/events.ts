import { z } from "zod";
import { defineEvent } from "#kernel/event";

/** A trade has made a transition; its version says which. */
export const tradeMoved = defineEvent("trade.moved", z.strictObject({ tradeId: z.string(), version: z.int() }));

/** A dispute has an arbitrator, or another one. */
export const disputeAssigned = defineEvent(
  "dispute.assigned",
  z.strictObject({ disputeId: z.string(), assignedTo: z.string() }),
);
