import { describe, expect, it } from "vitest";
import { occurrences, parseRule } from "../../../src/modules/budget/rules.recurrence.ts";
import { postDue } from "../../../src/modules/budget/service.recurring.ts";
import { testApp } from "../../support/app.ts";
import type { Identified } from "../../support/budgets.ts";
import { aBudgeter } from "../../support/budgets.ts";
import { inJob } from "../../support/platform.ts";

const app = testApp();

function days(rule: string, start: string, to: string, from = start): string[] {
  const parsed = parseRule(rule);
  if (!parsed) throw new Error(`${rule} cannot be read.`);
  return occurrences(parsed, start, { from, to });
}

describe("a rule", () => {
  it.each([
    ["FREQ=DAILY;INTERVAL=10;COUNT=3", "1997-09-02", ["1997-09-02", "1997-09-12", "1997-09-22"]],
    [
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=4",
      "1997-09-02",
      ["1997-09-02", "1997-09-04", "1997-09-16", "1997-09-18"],
    ],
    ["FREQ=MONTHLY;BYDAY=1FR;COUNT=3", "1997-09-05", ["1997-09-05", "1997-10-03", "1997-11-07"]],
    ["FREQ=MONTHLY;BYDAY=-2MO;COUNT=3", "1997-09-22", ["1997-09-22", "1997-10-20", "1997-11-17"]],
    ["FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=3", "1997-09-28", ["1997-09-28", "1997-10-29", "1997-11-28"]],
    ["FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=19980131", "1997-10-01", ["1997-10-31", "1997-12-31", "1998-01-31"]],
    ["FREQ=MONTHLY;COUNT=3", "2026-01-31", ["2026-01-31", "2026-03-31", "2026-05-31"]],
    ["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2", "1997-09-02", ["1998-02-13", "1998-03-13"]],
    ["FREQ=YEARLY;BYMONTH=6,7;COUNT=3", "1997-06-10", ["1997-06-10", "1997-07-10", "1998-06-10"]],
    ["FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2028-02-29"]],
    ["FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", ["1997-09-04", "1997-10-07", "1997-11-06"]],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", ["1997-09-29", "1997-10-30", "1997-11-27"]],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "1997-09-02", ["1997-10-01", "1997-11-03", "1997-12-01"]],
    [
      "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
      "1997-08-05",
      ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"],
    ],
    [
      "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
      "1997-08-05",
      ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"],
    ],
    ["FREQ=YEARLY;BYDAY=20MO", "1997-05-19", ["1997-05-19", "1998-05-18"]],
    ["FREQ=YEARLY;BYDAY=-1SU", "1997-01-01", ["1997-12-28", "1998-12-27"]],
    ["FREQ=YEARLY;BYMONTH=3,6;BYMONTHDAY=1,-1;BYSETPOS=-1", "1997-01-01", ["1997-06-30", "1998-06-30"]],
  ])("means the days that the standard says: %s", (rule, start, expected) => {
    const to = "1998-12-31" > start ? "1998-12-31" : "2028-12-31";
    expect(days(rule, start, to).slice(0, expected.length)).toEqual(expected);
  });

  it("that cannot be read is none", () => {
    for (const text of [
      "",
      "FREQ=HOURLY",
      "FREQ=DAILY;COUNT=0",
      "FREQ=DAILY;X=1",
      "FREQ=DAILY;FREQ=DAILY",
      "FREQ=MONTHLY;BYMONTHDAY=32",
      "FREQ=MONTHLY;BYDAY=6FR",
      "COUNT=3",
      "FREQ=DAILY;constructor=1",
      "FREQ=YEARLY;BYWEEKNO=20",
      "FREQ=YEARLY;BYYEARDAY=1",
      "FREQ=WEEKLY;BYDAY=1MO",
      "FREQ=WEEKLY;BYMONTHDAY=1",
      "FREQ=DAILY;COUNT=3;UNTIL=20300101",
      "FREQ=MONTHLY;BYSETPOS=1",
      "FREQ=WEEKLY;WKST=XX",
    ])
      expect(parseRule(text)).toBeNull();
  });

  it("that never comes ends", () => {
    expect(days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01", "2199-12-31")).toEqual([]);
  });
});

interface Listed {
  readonly data: readonly { readonly date: string; readonly amount: string; readonly recurringId: string }[];
}

describe("a series", () => {
  it("enters each of its days once, however many run at once and how late", async () => {
    const me = aBudgeter(app);
    const json = { rrule: "FREQ=MONTHLY;BYMONTHDAY=1", startDate: "2026-01-01", amount: "-900.00", payee: "Landlord" };
    const { id } = await me.call<Identified>("POST /recurring", json);
    const at = (date: string) => ({ now: () => Date.parse(`${date}T08:07:00Z`) });
    const listed = async () =>
      (await me.call<Listed>("GET /transactions")).data.filter(({ recurringId }) => recurringId === id);
    await Promise.all(Array.from({ length: 16 }, async () => await inJob(app, at("2026-03-15"), postDue)));
    expect((await listed()).map(({ date }) => date)).toEqual(["2026-03-01", "2026-02-01", "2026-01-01"]);
    await inJob(app, at("2026-03-31"), postDue);
    expect(await listed()).toHaveLength(3);
    await inJob(app, at("2026-04-01"), postDue);
    expect(await listed()).toHaveLength(4);
    expect(await me.call("GET /recurring")).toMatchObject({
      data: [{ id, nextDate: "2026-05-01", amount: "-900.00" }],
    });
    await me.call(`DELETE /recurring/${id}`);
    await inJob(app, at("2026-06-01"), postDue);
    expect(await listed()).toHaveLength(4);
  });

  it("goes on as it was changed, and enters no day twice", async () => {
    const me = aBudgeter(app);
    const today = new Date().toISOString().slice(0, 10);
    const later = (by: number) => new Date(Date.parse(today) + by * 86_400_000).toISOString().slice(0, 10);
    const json = { rrule: "FREQ=DAILY", startDate: today, amount: "-5.00", payee: "Kiosk" };
    const { id } = await me.call<Identified>("POST /recurring", json);
    const at = (date: string) => ({ now: () => Date.parse(`${date}T08:07:00Z`) });
    await inJob(app, at(today), postDue);
    const changed = await me.call(`PATCH /recurring/${id}`, { amount: "-7.00", notes: "Tea" });
    expect(changed).toMatchObject({ amount: "-7.00", notes: "Tea", payee: "Kiosk", nextDate: later(1) });
    expect(await me.call(`PATCH /recurring/${id}`, { rrule: "FREQ=DAILY;INTERVAL=2" })).toMatchObject({
      nextDate: later(2),
    });
    await me.call(`PATCH /recurring/${id}`, { rrule: "FREQ=DAILY" });
    for (let run = 0; run < 2; run += 1) await inJob(app, at(later(2)), postDue);
    const { data } = await me.call<Listed>("GET /transactions");
    expect(data.map(({ date, amount }) => [date, amount])).toEqual([
      [later(2), "-7.00"],
      [later(1), "-7.00"],
      [today, "-5.00"],
    ]);
    for (const [change, code] of [
      [{ rrule: "FREQ=HOURLY" }, "rrule_invalid"],
      [{ amount: "0.001" }, "validation_failed"],
    ] as const)
      expect((await me.try(`PATCH /recurring/${id}`, change))["status"], code).toBe(422);
    expect(await aBudgeter(app).try(`PATCH /recurring/${id}`, { notes: "Mine" })).toMatchObject({ status: 404 });
  });

  it("tells what it will bring", async () => {
    const me = aBudgeter(app);
    const startDate = new Date().toISOString().slice(0, 10);
    await me.call("POST /recurring", { rrule: "FREQ=WEEKLY;COUNT=3", startDate, amount: "-9.00" });
    const { data } = await me.call<{ data: { date: string; amount: string }[] }>("GET /recurring/forecast?days=10");
    expect(data).toMatchObject([{ date: startDate, amount: "-9.00" }, { amount: "-9.00" }]);
    expect(await me.try("POST /recurring", { rrule: "FREQ=NEVER", startDate, amount: "-9.00" })).toMatchObject({
      code: "rrule_invalid",
    });
    expect(await aBudgeter(app).try("DELETE /recurring/rec_01k0gq2v9eft6tmd4y6n3k9b2x")).toMatchObject({ status: 404 });
  });
});
