import type { Actor } from "#platform/ctx";
import { aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { importBars } from "../../support/market.ts";
import type { Samples } from "./sample.ts";

const HEADER = "symbol,date,open,high,low,close,volume,exchange";
const scan = { name: "Cheap", expression: "close < 50" };

async function aSymbol(app: TestApp): Promise<{ symbol: string }> {
  const symbol = `S${crypto.randomUUID().slice(0, 6).toUpperCase()}`;
  await importBars(app, `${HEADER}\n${symbol},2026-11-19,10,11,9,10.5,1000,XNAS\n`);
  return { symbol };
}

async function aScan(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  await aSymbol(app);
  const as = aUser();
  const { id } = await bodyOf<{ id: string }>(await app.call("POST /api/v1/scanner/scans", { as, json: scan }));
  return { as, params: { id } };
}

async function aRun(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const { as, params } = await aScan(app);
  const { id } = await bodyOf<{ id: string }>(await app.call(`POST /api/v1/scanner/scans/${params.id}/run`, { as }));
  return { as, params: { id } };
}

async function aWatchlist(app: TestApp): Promise<{ as: Actor; params: { id: string }; symbol: string }> {
  const { symbol } = await aSymbol(app);
  const as = aUser();
  const json = { name: "Mine", symbols: [symbol] };
  const { id } = await bodyOf<{ id: string }>(await app.call("POST /api/v1/watchlists", { as, json }));
  return { as, params: { id }, symbol };
}

export const scanner: Samples = {
  listScannerFields: () => ({ status: 200 }),
  listScannerPresets: () => ({ status: 200 }),
  validateExpression: () => ({ json: { expression: "rsi(14) < 30" }, status: 200 }),
  runScan: async (app) => {
    await aSymbol(app);
    return { json: { expression: "close > 5", columns: ["close", "sector"] }, status: 200 };
  },
  createBacktest: async (app) => {
    await aSymbol(app);
    return {
      json: { expression: "close > 5", from: "2026-01-01", to: "2026-11-01", horizonDays: [1, 5] },
      status: 200,
    };
  },
  listIndicators: async (app) => ({ params: await aSymbol(app), query: "set=rsi(14),macd(12,26,9)", status: 200 }),
  listScans: async (app) => ({ as: (await aScan(app)).as, query: "limit=1", status: 200 }),
  createScan: () => ({ json: { ...scan, schedule: "daily", alert: { channels: ["inApp"], on: "new" } }, status: 201 }),
  getScan: async (app) => ({ ...(await aScan(app)), status: 200 }),
  updateScan: async (app) => ({ ...(await aScan(app)), json: { expression: "close < 40" }, status: 200 }),
  deleteScan: async (app) => ({ ...(await aScan(app)), status: 204 }),
  listScanVersions: async (app) => ({ ...(await aScan(app)), status: 200 }),
  createScanRun: async (app) => ({ ...(await aScan(app)), status: 202 }),
  listScanRuns: async (app) => ({ ...(await aScan(app)), query: "limit=1", status: 200 }),
  getScanRun: async (app) => ({ ...(await aRun(app)), status: 200 }),
  listSymbolMatches: async (app) => ({ params: await aSymbol(app), query: "days=5", shared: true, status: 200 }),
  listWatchlists: async (app) => ({ as: (await aWatchlist(app)).as, query: "limit=1", status: 200 }),
  createWatchlist: () => ({ json: { name: "Mine", symbols: [] }, status: 201 }),
  getWatchlist: async (app) => {
    const { as, params } = await aWatchlist(app);
    return { as, params, status: 200 };
  },
  deleteWatchlist: async (app) => {
    const { as, params } = await aWatchlist(app);
    return { as, params, status: 204 };
  },
  addWatchlistSymbol: async (app) => {
    const { as, params, symbol } = await aWatchlist(app);
    return { as, params, json: { symbol }, status: 200 };
  },
  removeWatchlistSymbol: async (app) => {
    const { as, params, symbol } = await aWatchlist(app);
    return { as, params: { ...params, symbol }, status: 200, creates: true };
  },
};
