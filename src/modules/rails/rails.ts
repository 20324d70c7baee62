import type { Ctx } from "#platform/ctx";
import { razorpayxRail } from "./rail.razorpayx.ts";
import { stripeRail } from "./rail.stripe.ts";
import type { Destination, Rail, RailName } from "./rail.ts";

const ALL: Readonly<Record<RailName, Rail>> = { razorpayx: razorpayxRail, stripe: stripeRail };

/** The rail of a name; null where this installation has no keys of it. */
export function findRail(ctx: Ctx, name: RailName): Rail | null {
  const { payouts, payments } = ctx.config;
  const known = name === "stripe" ? payments.stripe : payouts.razorpayx;
  return known === null ? null : ALL[name];
}

/** The rails that payouts take here, those with keys. */
export function listRails(ctx: Ctx): Rail[] {
  return ctx.config.payouts.rails.flatMap((name) => findRail(ctx, name) ?? []);
}

/** The rail for a destination; null where its money leaves in a file. */
export function railFor(
  ctx: Ctx,
  destination: { readonly type: Destination["type"]; readonly asset: string },
): Rail | null {
  return listRails(ctx).find((rail) => rail.accepts(destination)) ?? null;
}
