import { DAY } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { PAGES, tell } from "./notices.ts";
import { listBesieged, recordSecurityEvent } from "./repository.events.ts";
import { findUser } from "./repository.users.ts";
import { ACCOUNT_LOCK } from "./rules.lockout.ts";

/**
 * Tells owners that somebody keeps guessing at their password, once a day. Found by the clock and not by the failing
 * call, whose time must not tell whether anybody has the address.
 */
export async function tellBesieged(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const { limit: failures, windowMs, lockMs } = ACCOUNT_LOCK;
  for (const userId of await listBesieged(ctx, { since: now - windowMs, failures, toldSince: now - DAY })) {
    const user = await findUser(ctx, userId);
    if (!user) continue;
    const data = { at: now, until: now + lockMs, path: PAGES.security };
    const told = await tell(ctx, user, { kind: "accountLocked", data });
    const event = recordSecurityEvent(ctx, { type: "sign_in.locked", userId });
    await commit(ctx, [event, ...told.statements], { events: told.events });
  }
}
