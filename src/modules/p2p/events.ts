import { z } from "zod";
import { defineEvent } from "#kernel/event";

/** What a seller has of an asset has changed by a trade: the seller's ads are looked at. */
export const sellerFundsMoved = defineEvent("p2p.sellerFundsMoved", z.strictObject({ userId: z.string() }));
