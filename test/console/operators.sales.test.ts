import { describe, expect, it } from "vitest";
import { seeded } from "../support/academy.ts";
import { testApp } from "../support/app.ts";
import { act, anOperatorAtDesk, saidOf } from "../support/operators.ts";
import { row } from "../support/people.ts";
import { aPair, aReserve } from "../support/swaps.ts";

const app = testApp();
const HOSTILE = `<script>alert(1)</script>`;

/** The value of a field, as the page shows it. */
const shown = (html: string, name: string): string | undefined =>
  new RegExp(`name="${name.replaceAll(".", String.raw`\.`)}"[^>]*value="([^"]*)"`).exec(html)?.[1];

/** What is said to be wrong with a field. */
const wrong = (html: string, id: string): string | undefined =>
  new RegExp(`id="${id.replaceAll(".", String.raw`\.`)}-wrong">([^<]*)<`).exec(html)?.[1];

describe("a plan at the desk", () => {
  it("is changed with its limits and prices, and keeps its versions", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const { html } = await desk.browser.get("/admin/plans");
    const path = /href="(\/admin\/plans\/plan_[^"]+)">Pro</.exec(html)?.[1] ?? "";
    const page = await desk.browser.get(path);
    const fields = { ...formOf(page.html), "limits.savedScans": "121", "prices.0.amount": "30.25" };
    expect((await act(desk, page, ["save", fields])).location).toBe(`${path}?done=saved`);
    const after = await desk.browser.get(`${path}?done=saved`);
    expect(saidOf(after)).toContain("written into the audit log");
    expect(shown(after.html, "limits.savedScans")).toBe("121");
    expect(shown(after.html, "prices.0.amount")).toBe("30.25");
    expect(after.html).toMatch(/Versions.*user_/s);
  });

  it("loses a price whose amount is emptied, and tells at the field what is no price", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const { html } = await desk.browser.get("/admin/plans");
    const path = /href="(\/admin\/plans\/plan_[^"]+)">Basic</.exec(html)?.[1] ?? "";
    const page = await desk.browser.get(path);
    const before = formOf(page.html);
    const refused = await act(desk, page, [
      "save",
      { ...before, "limits.alerts": "many", "prices.0.amount": "", "prices.1.amount": "1.234567", name: HOSTILE },
    ]);
    expect(refused.status).toBe(422);
    expect(wrong(refused.html, "limits.alerts")).not.toBe(undefined);
    expect(shown(refused.html, "limits.alerts")).toBe("many");
    expect(refused.html).not.toContain("<script>alert");
    const again = await act(desk, page, ["save", { ...before, "prices.0.amount": "", "prices.1.amount": "1.234567" }]);
    expect(shown(again.html, "prices.0.amount")).toBe("1.234567");
    expect(wrong(again.html, "prices.0.amount")).not.toBe(undefined);
    expect((await act(desk, page, ["save", { ...before, "prices.0.amount": "" }])).status).toBe(303);
    expect(shown((await desk.browser.get(path)).html, "prices.0.amount")).toBe(before["prices.1.amount"]);
  });

  it("is read by support and changed by administrators alone", async () => {
    const support = await anOperatorAtDesk(app, "support");
    const { html } = await support.browser.get("/admin/plans");
    const path = /href="(\/admin\/plans\/plan_[^"]+)">Pro</.exec(html)?.[1] ?? "";
    const page = await support.browser.get(path);
    expect(page.html).not.toContain('value="save"');
    expect((await support.browser.get("/admin/plans/plan_none")).status).toBe(404);
  });
});

describe("a package at the desk", () => {
  it("is added with its courses and commission, changed, and taken off sale", async () => {
    await seeded(app);
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/packages");
    const slug = `pack-${crypto.randomUUID().slice(0, 8)}`;
    const fields = { slug, name: "Bronze", rank: "777", offered: "yes", level1Bps: "12.5", level2Bps: "2.25" };
    const refused = await act(desk, page, ["create", { ...fields, level1Bps: "a lot", courses: "personal-budgeting" }]);
    expect(refused.status).toBe(422);
    expect(wrong(refused.html, "level1Bps")).not.toBe(undefined);
    expect(refused.html).toMatch(/value="personal-budgeting" checked/);
    const priced = { ...fields, "prices.0.amount": "999.00", "prices.0.asset": "inr", courses: "personal-budgeting" };
    const made = await act(desk, page, ["create", priced]);
    expect(made.location).toBe(`/admin/packages/${slug}?done=saved`);
    const one = await desk.browser.get(`/admin/packages/${slug}`);
    expect(shown(one.html, "level2Bps")).toBe("2.25");
    expect(one.html).toMatch(/value="personal-budgeting" checked/);
    const saved = await act(desk, one, ["save", { ...priced, offered: "no", all: "yes" }]);
    expect(saved.status).toBe(303);
    const after = await desk.browser.get(`/admin/packages/${slug}`);
    expect(after.html).toMatch(/name="all" value="yes" checked/);
    expect(after.html).toContain("not offered");
  });
});

describe("what affiliates earn, at the desk", () => {
  it("is set by package and time, ended, and bounded by the month", async () => {
    await seeded(app);
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/commissions");
    const rate = { package: "gold", level1Bps: "25", level2Bps: "80", startsAt: "", endsAt: "" };
    const refused = await act(desk, page, ["rate", rate]);
    expect(wrong(refused.html, "level2Bps-rate")).toContain("whole price");
    const past = await act(desk, page, ["rate", { ...rate, level2Bps: "7.5", startsAt: "2020-01-01" }]);
    expect(saidOf(past)).toContain("now or later");
    expect((await act(desk, page, ["rate", { ...rate, level2Bps: "7.5", endsAt: "2199-01-01" }])).status).toBe(303);
    const listed = await desk.browser.get("/admin/commissions");
    expect(listed.html).toContain("7.5%");
    const id = /name="of" value="(rate_[^"]+)"/.exec(listed.html)?.[1] ?? "";
    expect((await act(desk, listed, ["end", { of: id }])).status).toBe(303);
    expect((await desk.browser.get("/admin/commissions")).html).not.toContain(id);
    expect((await act(desk, page, ["cap", { asset: "inr", month: "50000.00" }])).status).toBe(303);
    expect((await desk.browser.get("/admin/commissions")).html).toContain("50,000.00");
  });

  it("waits for whoever was held back, until an administrator decides", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const { person } = await anOperatorAtDesk(app, "support");
    await row(
      "insert or replace into affiliate_members (user_id, code, joined_at, review, review_reason, on_leaderboard) values (?, ?, 0, 'held', ?, 0)",
      person.user.id,
      crypto.randomUUID().slice(0, 8),
      `${HOSTILE} One card`,
    );
    const page = await desk.browser.get("/admin/reviews");
    expect(page.html).toContain("&lt;script&gt;");
    const decided = { of: person.user.id, decision: "cleared" };
    const refused = await act(desk, page, ["decide", { ...decided, reason: "" }]);
    expect(wrong(refused.html, `reason-${person.user.id}`)).not.toBe(undefined);
    expect((await act(desk, page, ["decide", { ...decided, reason: "Two people." }])).status).toBe(303);
    expect((await desk.browser.get("/admin/reviews")).html).not.toContain(person.user.id);
  });
});

describe("swaps at the desk", () => {
  it("are put down by pair, switched off, and given something to swap with", async () => {
    await aPair(app);
    await aReserve(app, "BTC", 1_000_000);
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/swaps");
    const pair = { from: "btc", to: "usdt", spreadBps: "0.75", minAmount: "0.001", maxAmount: "0.0001", active: "yes" };
    const refused = await act(desk, page, ["pair", pair]);
    expect(wrong(refused.html, "maxAmount-pair")).not.toBe(undefined);
    expect((await act(desk, page, ["pair", { ...pair, maxAmount: "1" }])).status).toBe(303);
    const one = await desk.browser.get("/admin/swaps/BTC/USDT");
    expect(shown(one.html, "spreadBps")).toBe("0.75");
    expect((await act(desk, one, ["save", { ...pair, maxAmount: "2", active: "no" }])).status).toBe(303);
    expect((await desk.browser.get("/admin/swaps")).html).toContain("BTC → USDT");
    const move = { direction: "withdraw", amount: "5000", asset: "btc", reason: "Too much." };
    const short = await act(desk, page, ["move", move]);
    expect(saidOf(short)).toContain("not enough");
    const fresh = await desk.browser.get("/admin/swaps");
    expect((await act(desk, fresh, ["move", { ...move, amount: "0.001" }])).location).toContain("done=moved");
  });
});

/** What the page's form would send as it stands. */
function formOf(html: string): Record<string, string> {
  const form = html.slice(html.indexOf('name="action" value="save"'));
  const inputs = [
    ...form.slice(0, form.indexOf("</form>")).matchAll(/<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"/g),
  ];
  const selects = [...form.matchAll(/<select [^>]*name="([^"]+)"[^>]*>(.*?)<\/select>/gs)];
  const chosen = selects.map(([, name = "", options = ""]): [string, string] => [
    name,
    /value="([^"]*)" selected/.exec(options)?.[1] ?? /value="([^"]*)"/.exec(options)?.[1] ?? "",
  ]);
  const written = inputs.map(([, name = "", value = ""]): [string, string] => [name, value]);
  return Object.fromEntries([...written, ...chosen]);
}
