import type { TestApp } from "../../support/app.ts";
import { importBars } from "../../support/market.ts";
import type { Samples } from "./sample.ts";

const HEADER = "symbol,date,open,high,low,close,volume,exchange";

async function aSymbol(app: TestApp): Promise<{ symbol: string }> {
  const symbol = `T${crypto.randomUUID().slice(0, 6).toUpperCase()}`;
  await importBars(app, `${HEADER}\n${symbol},2026-11-19,10,11,9,10.5,1000,XNAS\n`);
  return { symbol };
}

export const market: Samples = {
  listSymbols: async (app) => {
    await aSymbol(app);
    return { query: "limit=1", status: 200 };
  },
  getSymbol: async (app) => ({ params: await aSymbol(app), status: 200 }),
  listBars: async (app) => ({ params: await aSymbol(app), query: "timeframe=1w", status: 200 }),
  getIndexPrice: () => ({ query: "base=BTC&quote=USD", status: 200 }),
  createSymbol: () => ({
    json: { symbol: `N${crypto.randomUUID().slice(0, 6).toUpperCase()}`, name: "New", exchange: "XNAS" },
    status: 201,
  }),
  updateSymbol: async (app) => ({ params: await aSymbol(app), json: { sector: "Energy" }, status: 200 }),
  delistSymbol: async (app) => ({ params: await aSymbol(app), status: 204 }),
  importBars: () => ({ body: `${HEADER}\n`, contentType: "text/csv", status: 200 }),
};
