import { z } from "zod";
import { defineEvent } from "#kernel/event";

/** Somebody's payouts go somewhere else from now on. */
export const bankAccountChanged = defineEvent("bankAccount.changed", z.strictObject({ userId: z.string() }));

/** A payout is to leave by a rail; the key of that is stored. */
export const sendingIntended = defineEvent("payout.sendingIntended", z.strictObject({ payoutId: z.string() }));

/** The day of somebody's schedule has come. */
export const scheduleDue = defineEvent("payout.scheduleDue", z.strictObject({ userId: z.string() }));
