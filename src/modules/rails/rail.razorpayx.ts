import { z } from "zod";
import { SECOND } from "#kernel/time";
import { GatewayFailure } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import { readPages } from "./pages.ts";
import type { Rail, RailPayout, RailState } from "./rail.ts";
import { callRazorpayx, settingsOf, wordOf } from "./razorpayx.client.ts";
import { forget, prepare } from "./razorpayx.contacts.ts";
import { modeOf, RANKS } from "./rules.ts";

/** RazorpayX: payouts from our account there to contacts' fund accounts. */

const isState = (text: string): text is RailState => text in RANKS;

const entity = z.object({
  id: z.string().min(1).max(64),
  amount: z.int(),
  currency: z.string(),
  status: z.string(),
  reference_id: z.string().nullish(),
  utr: z.string().max(100).nullish(),
  status_details: z.object({ reason: z.string().nullish() }).nullish(),
});

type Entity = z.output<typeof entity>;

function toPayout({ reference_id: key, status, utr, ...from }: Entity): RailPayout {
  if (!isState(status)) throw new GatewayFailure("unknown", "state_unknown");
  const { reason } = from.status_details ?? {};
  return {
    id: from.id,
    key: key || null,
    amount: from.amount,
    asset: from.currency,
    state: status,
    reference: utr || null,
    reason: reason ? wordOf(reason) : null,
  };
}

const list = z.object({ items: z.array(entity) });
const PAGE = 50;

function accountOf(ctx: Ctx): { account_number: string } {
  return { account_number: settingsOf(ctx).accountNumber };
}

export const razorpayxRail: Rail = {
  name: "razorpayx",
  accepts: ({ type, asset }) => (type === "ifsc" || type === "upi") && asset === "INR",
  prepare,
  forget,
  send: async (ctx, { key, amount, asset, destination }, fund_account_id) => {
    const body = {
      ...accountOf(ctx),
      fund_account_id,
      amount,
      currency: asset,
      mode: modeOf(destination.type === "upi" ? "upi" : "ifsc", amount),
      purpose: "payout",
      queue_if_low_balance: true,
      reference_id: key,
      narration: "Bourse payout",
    };
    return toPayout(await callRazorpayx(ctx, entity, { path: "payouts", key, body }));
  },
  find: async (ctx, key) => {
    const query = { ...accountOf(ctx), reference_id: key };
    const { items } = await callRazorpayx(ctx, list, { path: "payouts", query });
    const found = items.find(({ reference_id: reference }) => reference === key);
    return found ? toPayout(found) : null;
  },
  read: async (ctx, payoutId) =>
    toPayout(await callRazorpayx(ctx, entity, { path: `payouts/${encodeURIComponent(payoutId)}` })),
  listSince: async (ctx, since) => {
    const from = String(Math.floor(since / SECOND));
    return await readPages(async (before) => {
      const query = { ...accountOf(ctx), from, count: String(PAGE), skip: String(before.length) };
      const { items } = await callRazorpayx(ctx, list, { path: "payouts", query });
      return { items: items.map(toPayout), more: items.length === PAGE };
    });
  },
};
