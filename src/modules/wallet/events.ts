import { z } from "zod";
import { defineEvent } from "#kernel/event";

/** A deposit is in its wallet. */
export const depositCredited = defineEvent(
  "deposit.credited",
  z.strictObject({ depositId: z.string(), userId: z.string(), asset: z.string() }),
);
