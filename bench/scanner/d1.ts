/** The same filter as a query of D1, in workerd: many of them in one request, less what a request itself takes. */
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { medianMs } from "./market.ts";

const SCRIPT = `export default {
  async fetch(request, env) {
    const { statements = [], repeats = 0, query } = await request.json();
    for (const { sql, value } of statements) await env.DB.prepare(sql).bind(...(value ? [value] : [])).run();
    let matched = null;
    for (let i = 0; i < repeats; i += 1) matched = await env.DB.prepare(query).first("n");
    return Response.json({ matched });
  },
};`;

const ROWS_AT_ONCE = 1_000;

export async function d1Filter(
  table: readonly Float64Array[],
  where: string,
): Promise<{ readonly micros: number; readonly matched: number }> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      workers: [{ name: "d1", modules: true, script: SCRIPT, compatibilityDate: "2026-10-20", d1Databases: ["DB"] }],
    }),
  );
  try {
    await miniflare.ready;
    const ask = async (body: object): Promise<number> => {
      const answer = await miniflare.dispatchFetch("http://d1/", { method: "POST", body: JSON.stringify(body) });
      return ((await answer.json()) as { matched: number }).matched;
    };
    const names = table.map((_, index) => `c${index}`);
    await ask({ statements: [{ sql: `create table t (${names.map((name) => `${name} real`).join(", ")})` }] });
    const sql = `insert into t select ${names.map((_, index) => `value ->> ${index}`).join(", ")} from json_each(?)`;
    const rows = table[0]?.length ?? 0;
    for (let start = 0; start < rows; start += ROWS_AT_ONCE) {
      const part = Array.from({ length: Math.min(ROWS_AT_ONCE, rows - start) }, (_, row) =>
        table.map((column) => column[start + row]),
      );
      await ask({ statements: [{ sql, value: JSON.stringify(part) }] });
    }
    const query = `select count(*) as n from t where ${where}`;
    const matched = await ask({ repeats: 1, query });
    const empty = await medianMs(9, () => ask({ repeats: 0, query }));
    const repeats = 50;
    const full = await medianMs(9, () => ask({ repeats, query }));
    return { micros: ((full - empty) / repeats) * 1_000, matched };
  } finally {
    await miniflare.dispose();
  }
}
