import { z } from "@hono/zod-openapi";
import { decodeCursor } from "#kernel/page";
import type { CsvValue } from "#platform/csv";
import { writeCsv, writeCsvRows } from "#platform/csv";
import type { Ctx } from "#platform/ctx";
import { jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { anyone, defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import { listAssets } from "./service.terms.ts";
import * as service from "./service.wallets.ts";

const tag = { tags: ["Wallets"] as [string] };
const read = { access: signedIn("wallet:read"), limit: "read" } as const;
const params = z.object({ asset: schemas.assetParam });
const walletAnswer = (description: string) => jsonAnswer(description, schemas.wallet);
const COLUMNS = ["id", "createdAt", "kind", "description", "reference", "asset", "amount", "balanceAfter"] as const;
const isVersion = (position: string): boolean => /^[1-9][0-9]{0,15}$/.test(position);

const list = defineRoute(
  { operation: "listAssets", access: anyone, limit: "public", catalogueSeconds: 60 },
  {
    ...tag,
    method: "get",
    path: "/assets",
    summary: "Assets and the networks on which they move",
    responses: {
      200: jsonAnswer("All of them.", pageOf(schemas.asset).openapi("AssetPage")),
    },
  },
  async (c) => c.json({ data: (await listAssets(c.get("ctx"))).map(schemas.presentAsset), nextCursor: null }, 200),
);

const listWallets = defineRoute(
  { operation: "listWallets", ...read },
  {
    ...tag,
    method: "get",
    path: "/wallets",
    summary: "Your wallets",
    description: "One for each asset; an unused one reads zeros.",
    responses: {
      200: jsonAnswer("All of them.", pageOf(schemas.wallet).openapi("WalletPage")),
    },
  },
  async (c) =>
    c.json({ data: (await service.listWallets(c.get("ctx"))).map(schemas.presentWallet), nextCursor: null }, 200),
);

const createWallet = defineRoute(
  { operation: "createWallet", access: signedIn("wallet:write"), limit: "write" },
  {
    ...tag,
    method: "post",
    path: "/wallets",
    summary: "Open a wallet",
    description: "Not needed before a deposit, which opens it by itself; again it changes nothing.",
    request: { body: jsonBody(schemas.createWallet) },
    responses: { 201: walletAnswer("The wallet."), 404: { description: "There are no wallets in this asset." } },
  },
  async (c) => {
    const wallet = await service.createWallet(c.get("ctx"), c.req.valid("json").asset);
    return c.json(schemas.presentWallet(wallet), 201);
  },
);

const getWallet = defineRoute(
  { operation: "getWallet", ...read },
  {
    ...tag,
    method: "get",
    path: "/wallets/{asset}",
    summary: "One of your wallets",
    request: { params },
    responses: { 200: walletAnswer("The wallet.") },
  },
  async (c) => c.json(schemas.presentWallet(await service.getWallet(c.get("ctx"), c.req.valid("param").asset)), 200),
);

const listEntries = defineRoute(
  { operation: "listWalletEntries", ...read },
  {
    ...tag,
    method: "get",
    path: "/wallets/{asset}/entries",
    summary: "What went in and out, newest first",
    description: "Every posting with the balance after it. `Accept: text/csv` answers all of them as a file.",
    request: { params, query: z.strictObject(pageQuery) },
    responses: {
      200: {
        description: "A page of entries.",
        content: {
          "application/json": { schema: pageOf(schemas.entry).openapi("WalletEntryPage") },
          "text/csv": { schema: z.string().openapi({ example: COLUMNS.join(",") }) },
        },
      },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { asset } = c.req.valid("param");
    if (/\btext\/csv\b/i.test(c.req.header("Accept") ?? "")) {
      await service.getWallet(ctx, asset);
      return c.body(csvOf(ctx, asset), 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": `attachment; filename="entries-${asset}.csv"`,
      });
    }
    const page = await service.listEntries(ctx, { asset, page: toPageRequest(c.req.valid("query"), isVersion) });
    return c.json(presentPage(page, schemas.presentEntry), 200);
  },
);

const CSV_PAGE = 1_000;

function toRow(row: service.WalletEntry): CsvValue[] {
  const { id, createdAt, kind, description, reference, walletAsset, ...entry } = schemas.presentEntry(row);
  const amounts = [{ decimal: entry.amount }, { decimal: entry.balanceAfter }];
  return [id, createdAt, kind, description, reference, walletAsset, ...amounts];
}

/** The whole statement as it stands at this moment, read page by page as the client takes it. */
function csvOf(ctx: Ctx, asset: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const asOf = ctx.now();
  let after: string | null | undefined;
  return new ReadableStream({
    async pull(controller) {
      const page = { limit: CSV_PAGE, after: after ?? null };
      const { data, nextCursor } = await service.listEntries(ctx, { asset, page, asOf });
      const rows = data.map(toRow);
      controller.enqueue(encoder.encode(after === undefined ? writeCsv(COLUMNS, rows) : writeCsvRows(rows)));
      after = nextCursor === null ? null : decodeCursor(nextCursor);
      if (after === null) controller.close();
    },
  });
}

export const walletRoutes = [list, listWallets, createWallet, getWallet, listEntries] as const;
