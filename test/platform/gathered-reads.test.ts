import { describe, expect, it } from "vitest";
import { eq } from "drizzle-orm";
import { withGatheredReads } from "#platform/ctx";
import { commit } from "#platform/commit";
import { openDatabase } from "#platform/db";
import { nameResults } from "#platform/result-columns";
import { ads, paymentMethods } from "../../src/modules/p2p/tables.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { counted } from "../support/database.ts";
import { aMethod, anAd } from "../support/p2p.ts";

const app = testApp();

/** A database whose reads are gathered, and how often it was asked so far. */
function gathered() {
  const { DB, count } = counted();
  return { db: openDatabase(DB, null, true).gathered(), count };
}

describe("reads that are gathered", () => {
  it("are one call where they are asked side by side, and answer what they answer alone", async () => {
    const ad = await anAd(app, { paymentMethods: ["upi"], terms: "By noon." });
    const { db, count } = gathered();
    const [typed, row, one, none, all] = await Promise.all([
      db.primary.select().from(ads).where(eq(ads.id, ad.id)),
      db.sql("select id, terms from p2p_ads where id = ?", ad.id).first(),
      db.sql("select terms from p2p_ads where id = ?", ad.id).first("terms"),
      db.sql("select id from p2p_ads where id = 'ad_none'").first(),
      db.sql("select 1 as one union all select 2").all<{ one: number }>(),
    ]);
    expect(count()).toBe(1);
    expect(typed).toEqual([ad]);
    expect(row).toEqual({ id: ad.id, terms: "By noon." });
    expect(one).toBe("By noon.");
    expect(none).toBeNull();
    expect(all.results).toEqual([{ one: 1 }, { one: 2 }]);
  });

  it("are calls of their own where one waits for the other", async () => {
    const { db, count } = gathered();
    for (let time = 0; time < 3; time += 1) await db.sql("select 1 as one").first();
    expect(count()).toBe(3);
  });

  it("keep columns of one name in joined tables apart", async () => {
    const ad = await anAd(app, { fiat: "JPY", updatedAt: 1 });
    await aMethod(app, { fiat: "JPY", updatedAt: 2 });
    const { db, count } = gathered();
    const [joined] = await Promise.all([
      db.primary
        .select({ adAt: ads.updatedAt, methodAt: paymentMethods.updatedAt })
        .from(ads)
        .innerJoin(paymentMethods, eq(paymentMethods.fiat, ads.fiat))
        .where(eq(ads.id, ad.id)),
      db.sql("select 1 as one").first(),
    ]);
    expect(joined).toEqual([{ adAt: 1, methodAt: 2 }]);
    expect(count()).toBe(1);
  });

  it("ask once what several ask in one moment, and give each its own rows", async () => {
    const { DB, count } = counted();
    const asked: number[] = [];
    const session = DB.withSession("first-primary");
    const batch = async (list: D1PreparedStatement[]): Promise<D1Result[]> => {
      asked.push(list.length);
      return await session.batch(list);
    };
    const counting = { prepare: session.prepare.bind(session), batch, getBookmark: () => null };
    const db = openDatabase({ withSession: () => counting as unknown as D1DatabaseSession }, null, true).gathered();
    const ask = async (value: number) => (await db.sql("select ? as one", value).all<{ one: number }>()).results;
    const [a, b, c] = await Promise.all([ask(1), ask(1), ask(2)]);
    expect([a, b, c]).toEqual([[{ one: 1 }], [{ one: 1 }], [{ one: 2 }]]);
    expect(a?.[0]).not.toBe(b?.[0]);
    expect([count(), asked]).toEqual([1, [2]]);
  });

  it("go to the primary together where one of them asks it", async () => {
    const opened: string[] = [];
    const { DB, count } = counted();
    const withSession = (start?: string): D1DatabaseSession => {
      opened.push(start ?? "");
      return DB.withSession(start);
    };
    const db = openDatabase({ withSession }, null, false).gathered();
    const [near, sure] = await Promise.all([
      db.read.select({ id: ads.id }).from(ads).limit(1),
      db.primary.select({ terms: ads.terms }).from(ads).limit(1),
    ]);
    expect([near.length, sure.length]).toEqual([1, 1]);
    expect(count()).toBe(1);
    await db.read.select({ id: ads.id }).from(ads).limit(1);
    expect(opened.toSorted()).toEqual(["first-primary", "first-unconstrained"]);
  });

  it("leave what writes to itself", async () => {
    const ad = await anAd(app);
    const { db, count } = gathered();
    const change = db.sql("update p2p_ads set terms = 'Later.' where id = ? returning terms", ad.id);
    const [changed, read] = await Promise.all([change.all(), db.sql("select 1 as one").all()]);
    expect(count()).toBe(2);
    expect(changed.results).toEqual([{ terms: "Later." }]);
    expect(read.results).toEqual([{ one: 1 }]);
  });

  it("fall together, and the next ones stand", async () => {
    const { db } = gathered();
    const asked = [db.sql("select nothing from nowhere").all(), db.sql("select 1 as one").all()];
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await db.sql("select 1 as one").first("one")).toBe(1);
  });

  it("come from a context whose statements go into any commit", async () => {
    const ad = await anAd(app);
    const ctx = testCtx(app);
    const other = withGatheredReads(ctx);
    const set = (from: typeof ctx, terms: string) =>
      from.db.sql("update p2p_ads set terms = ? where id = ?", terms, ad.id);
    await commit(ctx, [set(ctx, "a"), set(other, "b")]);
    await commit(other, [set(other, "c"), set(ctx, "d")]);
    expect(await other.db.sql("select terms from p2p_ads where id = ?", ad.id).first("terms")).toBe("d");
    expect(other.bookmark()).toBe(ctx.bookmark());
  });
});

describe("the results of a select", () => {
  it.each([
    ["select a, b from t", 'select a as "_0", b as "_1" from t'],
    ['select "t"."a" as "x", count(*)\n  from t', 'select "t"."a" as "x", count(*) as "_1" from t'],
    [
      "select iif(a in (1, 2), 'x, from y', \"b,c\") from t",
      `select iif(a in (1, 2), 'x, from y', "b,c") as "_0" from t`,
    ],
    ["select (select a from u), b from t", 'select (select a from u) as "_0", b as "_1" from t'],
    ["select * from t", "select * from t"],
    ["select a is not distinct from b from t", "select a is not distinct from b from t"],
    ["select 1", "select 1"],
  ])("have a name each: %s", (sql, named) => {
    expect(nameResults(sql)).toBe(named);
    expect(nameResults(sql)).toBe(named);
  });
});
