import { z } from "zod";
import { SECOND } from "#kernel/time";
import { GatewayFailure } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import type { Rail, RailPayout, RailRequest, RailState } from "./rail.ts";
import { callRazorpayx, wordOf } from "./razorpayx.client.ts";
import { modeOf, nameOf, RANKS } from "./rules.ts";

/** RazorpayX: a contact, its fund account, and payouts to it from our account there. */

const id = z.string().min(1).max(64);
const made = z.object({ id });
const isState = (text: string): text is RailState => text in RANKS;

const entity = z.object({
  id,
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
/** So many pages are looked at in one comparison; what is older has been looked at before. */
const MAX_PAGES = 100;

/** What may be repeated without harm has, in effect, not happened when nobody saw its answer. */
async function repeatable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof GatewayFailure) || error.state !== "unknown") throw error;
    throw new GatewayFailure("unavailable", error.code, { cause: error });
  }
}

async function prepare(ctx: Ctx, { userId, destination }: RailRequest): Promise<string> {
  const name = nameOf(destination.holderName);
  const contact = { name, type: "customer", reference_id: userId };
  const { id: contact_id } = await repeatable(callRazorpayx(ctx, made, { path: "contacts", body: contact }));
  const { number, ifsc } = destination;
  const account =
    destination.type === "upi"
      ? { account_type: "vpa", vpa: { address: number } }
      : { account_type: "bank_account", bank_account: { name, ifsc, account_number: number } };
  const body = { contact_id, ...account };
  return (await repeatable(callRazorpayx(ctx, made, { path: "fund_accounts", body }))).id;
}

function accountOf(ctx: Ctx): { account_number: string } {
  return { account_number: ctx.config.payouts.razorpayx?.accountNumber ?? "" };
}

export const razorpayxRail: Rail = {
  name: "razorpayx",
  accepts: ({ type, asset }) => (type === "ifsc" || type === "upi") && asset === "INR",
  prepare,
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
    const found: RailPayout[] = [];
    const from = String(Math.floor(since / SECOND));
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = { ...accountOf(ctx), from, count: String(PAGE), skip: String(page * PAGE) };
      const { items } = await callRazorpayx(ctx, list, { path: "payouts", query });
      found.push(...items.map(toPayout));
      if (items.length < PAGE) return found;
    }
    throw new GatewayFailure("unavailable", "list_too_long");
  },
};
