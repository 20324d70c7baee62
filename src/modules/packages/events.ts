import { z } from "zod";
import { defineEvent } from "#kernel/event";

/** A package was paid for and is open. Amounts are minor units, before tax; the rates are those of this moment. */
export const packagePurchased = defineEvent(
  "package.purchased",
  z.strictObject({
    paymentId: z.string(),
    userId: z.string(),
    slug: z.string(),
    asset: z.string(),
    netMinor: z.int(),
    level1Bps: z.int(),
    level2Bps: z.int(),
  }),
);

/** A payment bought nothing, or what it bought has lost its ground: it goes back. */
export const packageUnneeded = defineEvent(
  "package.unneeded",
  z.strictObject({ paymentId: z.string(), reason: z.string() }),
);
