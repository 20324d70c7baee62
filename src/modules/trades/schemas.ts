import { z } from "@hono/zod-openapi";
import type { WalletAsset } from "#modules/wallet";
import type { TraderSummary } from "#modules/p2p";
import { formatAmount } from "#kernel/money";
import { toTimestamp } from "#kernel/time";
import { TRADE_STATES } from "#objects/escrow-trade";
import { pageQuery, textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import type { Evidence } from "./repository.evidence.ts";
import type { Message } from "./repository.messages.ts";
import type { Trade } from "./repository.trades.ts";
import { warningsFor } from "./rules.ts";

const state = z.enum(TRADE_STATES);
const tradeId = z.string().openapi({ example: "trade_01k0gq2v9eft6tmd4y6n3k9b2x" });

export const createTrade = z
  .strictObject({
    fiatAmount: amountText
      .optional()
      .openapi({ description: "What is paid; or say `assetAmount`.", example: "5000.00" }),
    assetAmount: amountText.optional().openapi({ description: "What is bought; or say `fiatAmount`." }),
    paymentMethod: z.string().min(1).max(64).openapi({ example: "upi" }),
  })
  .refine(({ fiatAmount, assetAmount }) => (fiatAmount === undefined) !== (assetAmount === undefined), {
    path: ["fiatAmount"],
    params: { code: "one_amount" },
    error: "Say either `fiatAmount` or `assetAmount`.",
  })
  .openapi("CreateTrade");

const expectedVersion = z
  .int()
  .min(1)
  .optional()
  .openapi({ description: "The version that you saw; if the trade is past it, nothing happens.", example: 1 });

export const plainCommand = z.strictObject({ expectedVersion }).openapi("TradeCommand");

export const markPaid = z
  .strictObject({
    expectedVersion,
    payerName: textField(120)
      .optional()
      .openapi({ description: "Whose account the money comes from, if it is asked for.", example: "Ada Lovelace" }),
  })
  .openapi("MarkPaid");

export const extend = z
  .strictObject({ minutes: z.int().min(1).max(360).openapi({ example: 15 }), expectedVersion })
  .openapi("ExtendWindow");

export const openDispute = z
  .strictObject({ reason: textField(2_000).openapi({ example: "The money has not arrived." }), expectedVersion })
  .openapi("OpenDispute");

export const feedback = z
  .strictObject({
    rating: z.int().min(1).max(5),
    comment: textField(500).optional().openapi({ example: "Quick and friendly." }),
  })
  .openapi("GiveFeedback");

export const feedbackGiven = z
  .object({
    tradeId,
    rating: z.int(),
    comment: z.string().nullable(),
    createdAt: timestamp,
  })
  .openapi("TradeFeedback");

const party = z
  .object({
    id: z.string(),
    name: z.string(),
    completionRate: z.number().nullable().openapi({ description: "0 to 1; null of somebody new.", example: 0.98 }),
    trades30d: z.int(),
    ratingCount: z.int(),
    rating: z.number().nullable().openapi({ description: "The mean of 1 to 5.", example: 4.8 }),
  })
  .openapi("TradeParty");

export const trade = z
  .object({
    id: tradeId,
    adId: z.string(),
    role: z.enum(["buyer", "seller", "arbitrator"]).openapi({ description: "Yours." }),
    state,
    version: z.int(),
    buyer: party,
    seller: party,
    asset: z.string(),
    assetAmount: z.string(),
    fiat: z.string(),
    fiatAmount: z.string(),
    price: z.string(),
    feeAmount: z.string().openapi({ description: "Of the asset; borne by the seller on top." }),
    paymentMethod: z.string(),
    terms: z.string(),
    deadlines: z.object({ pay: timestamp, release: timestamp.nullable(), appeal: timestamp.nullable() }),
    warnings: z
      .array(z.string())
      .openapi({ description: "`payer_name_differs`: the money seems to come from somebody else.", example: [] }),
    payerName: z.string().nullable().openapi({ description: "Shown to the seller." }),
    events: z.array(
      z.object({
        at: timestamp,
        actor: z.enum(["buyer", "seller", "arbitrator", "system"]),
        from: state.nullable(),
        to: state,
        reason: z.string().nullable(),
        version: z.int(),
      }),
    ),
    createdAt: timestamp,
  })
  .openapi("Trade");

export const tradeQuery = z.strictObject({
  ...pageQuery,
  state: state.optional().openapi({ description: "Only trades in this state." }),
});

export const ticket = z.object({ token: z.string(), url: z.string(), expiresIn: z.literal(60) }).openapi("TradeTicket");

export const evidence = z
  .object({
    id: z.string().openapi({ example: "file_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    tradeId,
    from: z.enum(["buyer", "seller"]),
    name: z.string(),
    contentType: z.string(),
    bytes: z.int(),
    createdAt: timestamp,
  })
  .openapi("Evidence");

export const message = z
  .object({
    id: z.string(),
    from: z.enum(["buyer", "seller", "arbitrator"]),
    authorId: z.string(),
    content: z.string(),
    at: timestamp,
  })
  .openapi("TradeMessage");

/** A trade as somebody sees it, with what there is to know of both sides. */
export interface TradeView {
  readonly trade: Trade;
  readonly role: "buyer" | "seller" | "arbitrator";
  readonly people: ReadonlyMap<string, TraderSummary>;
  readonly asset: WalletAsset;
  readonly fiat: WalletAsset;
}

function presentParty(summary: TraderSummary | undefined, id: string): z.infer<typeof party> {
  const { name = "", completionBps = null, trades30d = 0, ratingCount = 0, ratingSum = 0 } = summary ?? {};
  return {
    id,
    name,
    completionRate: completionBps === null ? null : completionBps / 10_000,
    trades30d,
    ratingCount,
    rating: ratingCount === 0 ? null : Math.round((ratingSum / ratingCount) * 100) / 100,
  };
}

const PRICE_SCALE = 8;

/** With as many decimals as the fiat has, and more only where they say something. */
function formatPrice(price: number, fiatScale: number): string {
  const text = formatAmount(price, PRICE_SCALE);
  const end = text.length - PRICE_SCALE + fiatScale;
  return (text.slice(0, end) + text.slice(end).replace(/0+$/, "")).replace(/\.$/, "");
}

const optionalTimestamp = (at: number | null): string | null => (at === null ? null : toTimestamp(at));

export function presentTrade(view: TradeView): z.infer<typeof trade> {
  const { trade: row, role, people, asset, fiat } = view;
  return {
    id: row.id,
    adId: row.adId,
    role,
    state: row.state,
    version: row.version,
    buyer: presentParty(people.get(row.buyerId), row.buyerId),
    seller: presentParty(people.get(row.sellerId), row.sellerId),
    asset: row.asset,
    assetAmount: formatAmount(row.assetAmount, asset.ledger.scale),
    fiat: row.fiat,
    fiatAmount: formatAmount(row.fiatAmount, fiat.ledger.scale),
    price: formatPrice(row.price, fiat.ledger.scale),
    feeAmount: formatAmount(row.feeAmount, asset.ledger.scale),
    paymentMethod: row.paymentMethod,
    terms: row.terms,
    deadlines: {
      pay: toTimestamp(row.payBy),
      release: optionalTimestamp(row.releaseBy),
      appeal: optionalTimestamp(row.appealBy),
    },
    warnings: warningsFor(row, role === "arbitrator" ? "operator" : role),
    payerName: role === "buyer" ? null : row.payerName,
    events: row.events.map(({ at, role: by, fromState: from, toState: to, reason, version }) => ({
      at: toTimestamp(at),
      actor: by === "timer" ? ("system" as const) : by,
      from,
      to,
      reason,
      version,
    })),
    createdAt: toTimestamp(row.createdAt),
  };
}

export function presentEvidence(row: Evidence, buyerId: string): z.infer<typeof evidence> {
  const { id, tradeId: of, userId, name, contentType, bytes, createdAt } = row;
  const from = userId === buyerId ? "buyer" : "seller";
  return { id, tradeId: of, from, name, contentType, bytes, createdAt: toTimestamp(createdAt) };
}

export function presentMessage({ id, role, authorId, content, at }: Message): z.infer<typeof message> {
  return { id, from: role, authorId, content, at: toTimestamp(at) };
}

/** A file is taken away, never shown by the browser on its own. */
export function fileHeaders({ contentType, name }: Evidence): Record<string, string> {
  const ascii = name.replaceAll(/[^\w.() -]/g, "_");
  return {
    "Content-Type": contentType,
    "Content-Disposition": `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`,
  };
}
