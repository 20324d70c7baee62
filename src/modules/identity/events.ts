import { z } from "zod";
import { defineEvent } from "#kernel/event";

/** What this module tells the others. */

/**
 * An account has come to be: its address or phone is proven. The device it was opened on comes as a keyed hash, so that
 * two accounts of one can be told, and nothing else.
 */
export const userRegistered = defineEvent(
  "user.registered",
  z.strictObject({ userId: z.string(), referralCode: z.string().nullable(), deviceKey: z.string().nullable() }),
);

/** A session is over; without an id, all sessions of the user but `except` are. Sockets of theirs must close. */
export const sessionEnded = defineEvent(
  "session.ended",
  z.strictObject({ userId: z.string(), sessionId: z.string().nullable(), except: z.string().nullable() }),
);

/** An account was suspended, or let in again. */
export const userStatusChanged = defineEvent(
  "user.statusChanged",
  z.strictObject({ userId: z.string(), status: z.enum(["active", "suspended"]) }),
);

/** The person behind an account is gone; what had to be kept is kept without them. */
export const userErased = defineEvent("user.erased", z.strictObject({ userId: z.string() }));

/** An address asked to be registered; whether it can be is found out apart from the answer. */
export const registrationRequested = defineEvent(
  "registration.requested",
  z.strictObject({ registrationId: z.string() }),
);

/** Somebody asked for a mail with a link. */
export const mailRequested = defineEvent("identityMail.requested", z.strictObject({ requestId: z.string() }));

/** Somebody asked for all data about themselves. */
export const exportRequested = defineEvent("export.requested", z.strictObject({ exportId: z.string() }));
