import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { SCHEDULE } from "../../src/modules/retention/schedule.ts";
import { freshId } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { rows } from "../support/platform.ts";

const app = testApp();

/** Columns that say who somebody is, by id or by name. */
const NAMES_PEOPLE =
  /^((.*_)?(user|author|actor|buyer|seller|maker|blocked|from|to|referrer|admin|operator)_id|owner|actor|(created|changed|updated|settled|resolved|closed|opened|confirmed|set)_by|assigned_to|phone|(.*_)?email|recipient|person_hash|payer_name|holder_name)$/;

async function tablesOfPeople(): Promise<string[]> {
  const columns = await rows<{ name: string; column: string }>(
    `select t.name, c.name as column from sqlite_schema t join pragma_table_info(t.name) c
     where t.type = 'table' and t.name not glob 'sqlite*' and t.name not glob '_cf*' and t.name not glob 'd1_*'`,
  );
  return [...new Set(columns.filter(({ column }) => NAMES_PEOPLE.test(column)).map(({ name }) => name))].toSorted();
}

/** The database, and the text of every statement that was asked of it. */
function listened(): { readonly DB: D1Database; readonly touches: (table: string, verb: RegExp) => boolean } {
  const texts: string[] = [];
  const session = (real: D1DatabaseSession): D1DatabaseSession => ({
    prepare: (sql) => {
      texts.push(sql);
      return real.prepare(sql);
    },
    batch: async (statements) => await real.batch(statements),
    getBookmark: () => real.getBookmark(),
  });
  return {
    DB: { withSession: (start: string) => session(env.DB.withSession(start)) } as unknown as D1Database,
    touches: (table, verb) => texts.some((text) => verb.test(text) && new RegExp(String.raw`\b${table}\b`).test(text)),
  };
}

async function somebody() {
  const userId = freshId("user");
  await rows(
    `insert into messaging_contacts (user_id, email, locale, time_zone, updated_at) values (?, ?, 'en', 'UTC', 0)`,
    userId,
    `${userId}@example.com`,
  );
  return userId;
}

const exceptions = (reason: "notExported" | "notErased"): string[] =>
  SCHEDULE.flatMap((row) => (row[reason] === undefined ? [] : row.tables));

describe("every table that names a person", () => {
  it("is read by an export, or the schedule says why not", async () => {
    const heard = listened();
    await app.composition.exportUser(testCtx(app, { env: { DB: heard.DB } }), await somebody());
    const left = (await tablesOfPeople()).filter((table) => !heard.touches(table, /^\s*(select|with)\b/i));
    expect(left.filter((table) => !exceptions("notExported").includes(table))).toEqual([]);
  });

  it("is written by an erasure, or the schedule says why not", async () => {
    const heard = listened();
    const ctx = testCtx(app, { env: { DB: heard.DB } });
    await ctx.db.batch(await app.composition.eraseUser(ctx, await somebody()));
    const left = (await tablesOfPeople()).filter((table) => !heard.touches(table, /^\s*(update|delete)\b/i));
    expect(left.filter((table) => !exceptions("notErased").includes(table))).toEqual([]);
  });

  it("has no excuse that it does not need", async () => {
    const [read, written] = [listened(), listened()];
    const userId = await somebody();
    await app.composition.exportUser(testCtx(app, { env: { DB: read.DB } }), userId);
    await app.composition.eraseUser(testCtx(app, { env: { DB: written.DB } }), userId);
    expect(exceptions("notExported").filter((table) => read.touches(table, /^\s*(select|with)\b/i))).toEqual([]);
    expect(exceptions("notErased").filter((table) => written.touches(table, /^\s*(update|delete)\b/i))).toEqual([]);
  });
});
