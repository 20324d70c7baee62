import { describe, expect, it } from "vitest";
import type { Candidate, Incoming } from "../../../src/modules/budget/rules.matching.ts";
import { matchRows } from "../../../src/modules/budget/rules.matching.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Budgeter, Identified } from "../../support/budgets.ts";
import { aBudgeter } from "../../support/budgets.ts";

const app = testApp();
const row = (day: number, amount: number, more: Partial<Incoming> = {}): Incoming => ({
  day,
  amount,
  externalId: null,
  payee: null,
  ...more,
});
const kept = (id: string, day: number, amount: number, more: Partial<Incoming> = {}): Candidate => ({
  id,
  ...row(day, amount, more),
});
const match = (incoming: Incoming[], candidates: Candidate[], strictIds = true) =>
  matchRows(incoming, candidates, { strictIds });

describe("an incoming row", () => {
  it("is the one with its bank's id, however far away and whatever else it says", () => {
    expect(
      match([row(100, -5, { externalId: "F1" })], [kept("a", 1, -9, { externalId: "F1" }), kept("b", 100, -5)]),
    ).toEqual(["a"]);
  });

  it("leaves a row to the one that has the stronger claim to it, in whatever order they come", () => {
    const shop = kept("shop", 10, -5, { payee: "shop" });
    expect(match([row(10, -5), row(12, -5, { payee: "shop" })], [shop])).toEqual([null, "shop"]);
    expect(match([row(12, -5, { payee: "shop" }), row(10, -5)], [shop])).toEqual(["shop", null]);
  });

  it("is the nearest within seven days of the same amount", () => {
    expect(match([row(10, -5)], [kept("far", 15, -5), kept("near", 8, -5)])).toEqual(["near"]);
    expect(match([row(10, -5)], [kept("a", 17, -5)])).toEqual(["a"]);
    expect(match([row(10, -5)], [kept("a", 18, -5)])).toEqual([null]);
    expect(match([row(10, -5)], [kept("a", 10, -6)])).toEqual([null]);
    expect(match([row(14, -5), row(11, -5)], [kept("a", 10, -5)])).toEqual([null, "a"]);
  });

  it("prefers a row without an id where two are equally near", () => {
    const both = [kept("with", 9, -5, { externalId: "X" }), kept("without", 11, -5)];
    expect(match([row(10, -5)], both)).toEqual(["without"]);
  });

  it("with an id is never taken for one with another, unless that is asked for", () => {
    const other = kept("a", 10, -5, { externalId: "X" });
    expect(match([row(10, -5, { externalId: "Y" })], [other])).toEqual([null]);
    expect(match([row(10, -5, { externalId: "Y" })], [other], false)).toEqual(["a"]);
  });

  it("claims a row once", () => {
    expect(match([row(10, -5), row(10, -5), row(10, -5)], [kept("a", 10, -5), kept("b", 10, -5)])).toEqual([
      "a",
      "b",
      null,
    ]);
  });
});

interface Report {
  readonly importId: string | null;
  readonly created: number;
  readonly duplicates: number;
  readonly errors: readonly { readonly line: number; readonly code: string }[];
  readonly preview: readonly unknown[];
}

async function load(me: Budgeter, body: string, query = "", type = "text/csv"): Promise<Report> {
  const headers = { "Content-Type": type };
  const response = await app.call(`POST /api/v1/transactions/import?${query}`, { as: me.as, body, headers });
  if (!response.ok) throw new Error(await response.text());
  return await bodyOf<Report>(response);
}

interface Listed {
  readonly data: readonly {
    id: string;
    payee: string;
    amount: string;
    date: string;
    categoryId: string | null;
    cleared: boolean;
  }[];
}
const listed = async (me: Budgeter) => (await me.call<Listed>("GET /transactions?limit=100")).data;

const FILE =
  "Date,Amount,Payee,Category\n2026-11-20,-12.50,Corner shop,\n2026-11-20,-12.50,Corner shop,\n2026-11-21,x,Bad,\n2026-11-22,900.00,Work,Salary\n";

describe("an import", () => {
  it("adds what is new, tells what it cannot read, and adds nothing when it comes again", async () => {
    const me = aBudgeter(app);
    const salary = await me.category("Salary", { kind: "income" });
    const shop = await me.category("Groceries");
    await me.call("POST /rules", { payee: "corner", categoryId: shop });
    const dry = await load(me, FILE, "dryRun=true");
    expect(dry).toMatchObject({ importId: null, created: 3, duplicates: 0 });
    expect(dry.preview).toHaveLength(3);
    expect(await listed(me)).toEqual([]);
    const first = await load(me, FILE);
    expect(first).toMatchObject({ created: 3, duplicates: 0, errors: [{ line: 4, code: "amount_unreadable" }] });
    expect((await listed(me)).map(({ categoryId }) => categoryId)).toEqual([salary, shop, shop]);
    expect(await load(me, FILE)).toMatchObject({ created: 0, duplicates: 3 });
    expect(await listed(me)).toHaveLength(3);
  });

  it("completes what was entered by hand, and can be taken back", async () => {
    const me = aBudgeter(app);
    const id = await me.spend("-12.50", { date: "2026-11-18" });
    const ofx =
      "<STMTTRN><DTPOSTED>20261120<TRNAMT>-12.50<FITID>F1<NAME>Shop</STMTTRN><STMTTRN><DTPOSTED>20261121<TRNAMT>-1.00<FITID>F2</STMTTRN>";
    const report = await load(me, ofx, "", "application/x-ofx");
    expect(report).toMatchObject({ created: 1, duplicates: 1 });
    expect(await me.call(`GET /transactions/${id}`)).toMatchObject({
      date: "2026-11-20",
      payee: "Shop",
      cleared: true,
      externalId: "F1",
    });
    await me.call(`DELETE /transactions/imports/${report.importId}`);
    expect(await me.call(`GET /transactions/${id}`)).toMatchObject({
      date: "2026-11-18",
      payee: null,
      cleared: false,
      externalId: null,
    });
    expect(await listed(me)).toHaveLength(1);
    expect(await me.try(`DELETE /transactions/imports/${report.importId}`)).toMatchObject({ status: 404 });
  });

  it("brings back what was removed, unless that is not wanted", async () => {
    const me = aBudgeter(app);
    const ofx = "<STMTTRN><DTPOSTED>20261120<TRNAMT>-12.50<FITID>F1</STMTTRN>";
    await load(me, ofx, "", "application/x-ofx");
    const [only] = await listed(me);
    await me.call(`DELETE /transactions/${only?.id}`);
    expect(await load(me, ofx, "reimportDeleted=false", "application/x-ofx")).toMatchObject({ created: 0 });
    expect(await load(me, ofx, "", "application/x-ofx")).toMatchObject({ created: 1 });
  });

  it("remembers how a bank's columns were read", async () => {
    const me = aBudgeter(app);
    const file = 'Wann,Wieviel,Wer\n20.11.2026,"12,50",Shop\n';
    expect(
      (
        await app.call("POST /api/v1/transactions/import", {
          as: me.as,
          body: file,
          headers: { "Content-Type": "text/csv" },
        })
      ).status,
    ).toBe(422);
    await load(me, file, "dateColumn=Wann&amountColumn=2&payeeColumn=wer&dateOrder=dmy&flip=true");
    expect(await listed(me)).toMatchObject([{ date: "2026-11-20", amount: "-12.50", payee: "Shop" }]);
    expect(await load(me, file)).toMatchObject({ created: 0, duplicates: 1 });
  });

  it("comes from one's own export in every format without adding anything", async () => {
    const me = aBudgeter(app);
    const food = await me.category("Food");
    await me.spend("-12.50", { payee: "=SUM(A1)", notes: 'a, "b" <c>', categoryId: food });
    await me.spend("1000.00", { payee: "Work" });
    for (const [format, type] of Object.entries({
      csv: "text/csv",
      ofx: "application/x-ofx",
      qif: "application/qif",
      camt: "application/xml",
    })) {
      const answer = await app.call(`GET /api/v1/transactions/export?format=${format}`, { as: me.as });
      expect(answer.headers.get("Content-Type")).toContain(type);
      const text = await answer.text();
      if (format === "csv") expect(text).toContain("'=SUM(A1)");
      expect(await load(me, text, "", type)).toMatchObject({ created: 0, duplicates: 2, errors: [] });
    }
    expect(await listed(me)).toHaveLength(2);
  });

  it("counts nothing that is in another currency than its account, and says so of each row", async () => {
    const me = aBudgeter(app);
    const euros = await me.call<Identified>("POST /accounts", { name: "Abroad", asset: "EUR" });
    await me.call("PUT /rates", { asset: "EUR", date: "2026-01-01", rate: "1.1" });
    await me.spend("-12.50", { payee: "Home" });
    await me.spend("-7.00", { payee: "Paris", accountId: euros.id });
    const read = async (query: string): Promise<string> =>
      await (await app.call(`GET /api/v1/transactions/export?${query}`, { as: me.as })).text();
    const all = await read("format=csv");
    expect(all).toMatch(/^date,amount,payee,notes,category,id,account,asset\r?\n/);
    expect(all).toMatch(/-7\.00,Paris,,,\w+,Abroad,EUR/);
    const refused = { created: 0, errors: [{ code: "currency_differs" }] };
    expect(await load(me, all)).toMatchObject({ ...refused, duplicates: 1 });
    const types = { ofx: "application/x-ofx", camt: "application/xml" };
    for (const [format, type] of Object.entries(types))
      expect(await load(me, await read(`format=${format}&accountId=${euros.id}`), "", type)).toMatchObject(refused);
    expect(await read("format=qif")).not.toContain("Paris");
  });

  it("is refused in another type, for somebody else's account, and above its size", async () => {
    const me = aBudgeter(app);
    const other = await aBudgeter(app).call<Identified>("POST /accounts", { name: "Mine" });
    const send = async (body: BodyInit, type: string, query = "") =>
      (
        await app.call(`POST /api/v1/transactions/import${query}`, {
          as: me.as,
          body,
          headers: { "Content-Type": type },
        })
      ).status;
    expect(await send("{}", "application/json")).toBe(415);
    expect(await send(FILE, "text/csv", `?accountId=${other.id}`)).toBe(404);
    expect(await send(new Uint8Array(8 * 1024 * 1024 + 1), "text/csv")).toBe(413);
    expect(await send("", "text/csv")).toBe(422);
  });
});

describe("rules", () => {
  it("sort by the first that fits, and show what they would do before they do it", async () => {
    const me = aBudgeter(app);
    const [food, fun] = [await me.category("Food"), await me.category("Fun")];
    await me.call("POST /rules", { payee: "corner", categoryId: fun, position: 2 });
    await me.call("POST /rules", { payee: "Corner  Shop", match: "is", categoryId: food, position: 1 });
    const id = await me.spend("-1.00", { payee: "corner shop" });
    await me.spend("-1.00", { payee: "Corner bar" });
    await me.spend("-1.00", { payee: "Elsewhere" });
    expect(await me.call("POST /rules/apply", { dryRun: true })).toMatchObject({ matched: 2 });
    expect(await me.call(`GET /transactions/${id}`)).toMatchObject({ categoryId: null });
    expect(await me.call("POST /rules/apply", {})).toMatchObject({ matched: 2 });
    expect(await me.call(`GET /transactions/${id}`)).toMatchObject({ categoryId: food });
    expect(await me.call("POST /rules/apply", {})).toMatchObject({ matched: 0 });
  });

  it("are changed by their owner alone, and decide by what they became", async () => {
    const me = aBudgeter(app);
    const [food, fun] = [await me.category("Food"), await me.category("Fun")];
    const { id } = await me.call<Identified>("POST /rules", { payee: "corner", categoryId: fun });
    const spent = await me.spend("-1.00", { payee: "ÉTOILE  bar" });
    const change = { payee: "Étoile", match: "startsWith", categoryId: food, position: 7 };
    expect(await me.call(`PATCH /rules/${id}`, change)).toMatchObject({ id, ...change });
    expect(await me.call("POST /rules/apply", {})).toMatchObject({ matched: 1 });
    expect(await me.call(`GET /transactions/${spent}`)).toMatchObject({ categoryId: food });
    expect(await aBudgeter(app).try(`PATCH /rules/${id}`, { position: 0 })).toMatchObject({ status: 404 });
    const nowhere = { categoryId: "cat_01k0gq2v9eft6tmd4y6n3k9b2x" };
    expect(await me.try(`PATCH /rules/${id}`, nowhere)).toMatchObject({ status: 404 });
  });
});
