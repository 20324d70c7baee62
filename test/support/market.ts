import type { TestApp } from "./app.ts";
import { anOperator } from "./actors.ts";

/** Makes sure that the generated market is there. */
export async function seedMarket(app: TestApp): Promise<void> {
  await app.call("POST /dev/seed");
}

/** Imports a table of bars as an operator does. */
export async function importBars(app: TestApp, csv: string): Promise<Response> {
  const headers = { "Content-Type": "text/csv" };
  return await app.call("POST /api/v1/admin/market/import", { as: anOperator(), body: csv, headers });
}
