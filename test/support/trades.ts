import { env } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import type { Actor } from "#platform/ctx";
import * as ledger from "#modules/ledger";
import type { Ad } from "#modules/p2p";
import { fundWallet } from "#modules/wallet";
import { aUser } from "./actors.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";
import { testCtx } from "./ctx.ts";
import { anAd, UNLIMITED } from "./p2p.ts";

export type User = Extract<Actor, { kind: "user" }>;

/** A trade as it goes over the wire, as far as tests look. */
export interface TradeBody {
  readonly id: string;
  readonly role: string;
  readonly state: string;
  readonly version: number;
  readonly assetAmount: string;
  readonly fiatAmount: string;
  readonly feeAmount: string;
  readonly price: string;
  readonly deadlines: { readonly pay: string; readonly release: string | null; readonly appeal: string | null };
  readonly warnings: readonly string[];
  readonly events: readonly { readonly actor: string; readonly from: string | null; readonly to: string }[];
  readonly code?: string;
}

export interface Deal {
  readonly seller: User;
  readonly buyer: User;
  readonly ad: Ad;
  readonly id: string;
  readonly body: TradeBody;
}

/** Somebody whose calls meet no limit. */
export function aTrader(overrides: Partial<User> = {}): User {
  return aUser({ plan: "enterprise", ...overrides });
}

/** Somebody with so much of an asset, in minor units. */
export async function aSeller(app: TestApp, amount = 1_000_000_000, asset = "USDT"): Promise<User> {
  const seller = aTrader();
  await fundWallet(testCtx(app), { userId: seller.userId, asset, amount });
  return seller;
}

export interface Taking {
  readonly fiatAmount?: string;
  readonly assetAmount?: string;
  readonly key?: string;
}

/** Takes an ad over HTTP: 100 USDT for 9,000 INR, unless told otherwise. */
export async function take(app: TestApp, as: User, adId: string, taking: Taking = {}): Promise<Response> {
  const { key = crypto.randomUUID(), ...amounts } = taking;
  const wanted = Object.keys(amounts).length === 0 ? { fiatAmount: "9000.00" } : amounts;
  return await app.call(`POST /api/v1/p2p/ads/${adId}/trades`, {
    as,
    json: { ...wanted, paymentMethod: "upi" },
    headers: { "Idempotency-Key": key },
    env: UNLIMITED,
  });
}

/** A trade of 100 USDT for 9,000 INR that has just begun, with 1,000 USDT in the seller's wallet. */
export async function aDeal(app: TestApp, more: Partial<Ad> = {}, funds = 1_000_000_000): Promise<Deal> {
  const seller = await aSeller(app, funds);
  const buyer = aTrader();
  const ad = await anAd(app, { userId: seller.userId, ...more });
  const answer = await take(app, buyer, ad.id);
  const body = await bodyOf<TradeBody>(answer);
  if (answer.status !== 201) throw new Error(`The ad was not taken: ${JSON.stringify(body)}`);
  return { seller, buyer, ad, id: body.id, body };
}

/** Gives a trade a command over HTTP. */
export async function command(
  app: TestApp,
  of: { readonly id: string; readonly as: User; readonly name: string },
  json?: object,
): Promise<Response> {
  return await app.call(`POST /api/v1/p2p/trades/${of.id}/${of.name}`, {
    as: of.as,
    ...(json === undefined ? {} : { json }),
  });
}

/** The names of commands with what they need. */
export const BODIES: Readonly<Record<string, object>> = {
  paid: {},
  release: {},
  cancel: {},
  extend: { minutes: 5 },
  dispute: { reason: "Nothing has come." },
};

/** What lies in the trade's escrow, and whether its account is closed. */
export async function escrowOf(app: TestApp, tradeId: string): Promise<{ held: number; closed: boolean }> {
  const id = ledger.accountId("escrow:trade", "USDT", tradeId);
  const [account] = await ledger.listAccounts(testCtx(app), [id]);
  return {
    held: (account?.creditsPosted ?? 0) - (account?.debitsPosted ?? 0),
    closed: account?.closed === true,
  };
}

/** What somebody has in their wallet, in minor units. */
export async function balanceOf(app: TestApp, { userId }: User): Promise<number> {
  const [account] = await ledger.listAccounts(testCtx(app), [ledger.accountId("wallet:user", "USDT", userId)]);
  return (account?.creditsPosted ?? 0) - (account?.debitsPosted ?? 0);
}

export function tradeStub(id: string) {
  return env.ESCROW_TRADE.getByName(id);
}

/** Lets the trade's alarm ring, if it is set. */
export async function ring(id: string): Promise<boolean> {
  return await runDurableObjectAlarm(tradeStub(id));
}

/** A picture of one white dot. */
export const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
);

/** A trade in dispute, and its dispute; a large one is above what one administrator decides alone. */
export async function aDispute(app: TestApp, large = false): Promise<{ id: string; deal: Deal }> {
  const deal = await aDeal(app, large ? { price: 1_000_000 } : {}, large ? 1_000_000_000_000 : undefined);
  await command(app, { id: deal.id, as: deal.buyer, name: "paid" });
  await command(app, { id: deal.id, as: deal.seller, name: "dispute" }, { reason: "Nothing has come." });
  const row = await testCtx(app)
    .db.sql("select id from trades_disputes where trade_id = ?", deal.id)
    .first<{ id: string }>();
  return { id: row?.id ?? "", deal };
}
