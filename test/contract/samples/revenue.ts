import type { Samples } from "./sample.ts";

const json = { date: "2026-11-20", kind: "marketing", amount: "1200.00", asset: "USD", note: "Advertisements" };

export const revenue: Samples = {
  getRevenue: () => ({ query: "month=2026-11", status: 200 }),
  listCosts: () => ({ query: "limit=1", status: 200 }),
  createCost: () => ({ json, status: 201 }),
};
