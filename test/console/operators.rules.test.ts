import { describe, expect, it } from "vitest";
import { aLearner } from "../support/academy.ts";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { seedMarket } from "../support/market.ts";
import { act, anOperatorAtDesk, saidOf } from "../support/operators.ts";
import { aMethod } from "../support/p2p.ts";
import { aPayout } from "../support/payouts.ts";
import { rows } from "../support/platform.ts";

const app = testApp();
const HOSTILE = `<script>alert(1)</script>`;

describe("taxes at the desk", () => {
  it("are opened by country, and taken away by emptying their name", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const opened = await act(desk, await desk.browser.get("/admin/taxes"), ["open", { country: "at" }]);
    expect(opened.location).toBe("/admin/taxes/AT");
    const page = await desk.browser.get("/admin/taxes/AT");
    const rates = { "rates.0.name": "VAT", "rates.0.rateBps": "20", "rates.1.name": "Levy", "rates.1.rateBps": "x" };
    const refused = await act(desk, page, ["save", rates]);
    expect(refused.html).toContain('id="rates.1.rateBps-wrong"');
    expect((await act(desk, page, ["save", { ...rates, "rates.1.rateBps": "0.5" }])).status).toBe(303);
    expect((await desk.browser.get("/admin/taxes")).html).toContain("Levy 0.5%, VAT 20%");
    await act(desk, page, ["save", { ...rates, "rates.0.name": "", "rates.1.rateBps": "0.5" }]);
    expect((await desk.browser.get("/admin/taxes")).html).not.toContain("VAT 20%");
  });
});

describe("an asset at the desk", () => {
  it("is closed for a while for a reason, and changed in what may leave", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/assets/USDT");
    const closed = { deposits: "open", withdrawals: "closed", reason: `${HOSTILE} The network is slow.` };
    expect((await act(desk, page, ["switch", { ...closed, reason: "" }])).html).toContain('id="reason-wrong"');
    expect((await act(desk, page, ["switch", closed])).status).toBe(303);
    expect((await desk.browser.get("/admin/assets/USDT")).html).toContain("The network is slow.");
    expect((await desk.browser.get("/admin/assets")).html).toContain(">closed<");
    await act(desk, page, ["switch", { ...closed, withdrawals: "open", key: crypto.randomUUID() }]);
    const bitcoin = await desk.browser.get("/admin/assets/BTC");
    const terms = termsOf(bitcoin.html);
    const wrong = await act(desk, bitcoin, ["save", { ...terms, "limits.tier1.perDay": "a lot" }]);
    expect(wrong.html).toContain('id="limits.tier1.perDay-wrong"');
    expect((await act(desk, bitcoin, ["save", { ...terms, "limits.tier1.perDay": "0.12345678" }])).status).toBe(303);
    expect((await desk.browser.get("/admin/assets/BTC")).html).toContain('value="0.12345678"');
  });
});

/** The fields of the form that saves an asset, as they stand. */
function termsOf(html: string): Record<string, string> {
  const form = html.slice(html.indexOf('name="action" value="save"'));
  const inputs = [...form.matchAll(/<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)];
  return Object.fromEntries(inputs.map(([, name = "", value = ""]): [string, string] => [name, value]));
}

describe("ways to pay in trades, at the desk", () => {
  it("are added, changed and switched off", async () => {
    await aMethod(app);
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/payment-methods?fiat=INR");
    const method = {
      fiat: "inr",
      method: `bank_${crypto.randomUUID().slice(0, 6)}`,
      name: "Bank",
      active: "yes",
      minWindowMinutes: "15",
      maxWindowMinutes: "60",
      releaseWindowMinutes: "2",
      maxAmount: "1000.00",
      newcomerMaxAmount: "100.00",
    };
    expect((await act(desk, page, ["add", method])).html).toContain('id="releaseWindowMinutes-wrong"');
    const added = await act(desk, page, ["add", { ...method, releaseWindowMinutes: "30" }]);
    const path = added.location?.split("?")[0] ?? "";
    expect(path).toBe(`/admin/payment-methods/INR/${method.method}`);
    const one = await desk.browser.get(path);
    expect((await act(desk, one, ["save", { ...method, releaseWindowMinutes: "45", active: "no" }])).status).toBe(303);
    expect((await desk.browser.get(path)).html).toContain('value="45"');
    expect((await desk.browser.get("/admin/payment-methods?fiat=EUR")).html).not.toContain(path);
  });
});

describe("a ticket at the desk", () => {
  it("is taken, noted, and answered with what was ready", async () => {
    const subject = `Export ${crypto.randomUUID().slice(0, 8)}`;
    const json = { subject, body: HOSTILE };
    const { id } = await bodyOf<{ id: string }>(await app.call("POST /api/v1/support/tickets", { as: aUser(), json }));
    const desk = await anOperatorAtDesk(app, "support");
    const answers = await desk.browser.get("/admin/answers");
    await act(desk, answers, ["put", { name: "a-minute", body: "It takes a minute." }]);
    const page = await desk.browser.get(`/admin/tickets?status=open&ticket=${id}&with=a-minute`);
    expect(page.html).toContain("It takes a minute.</textarea>");
    expect(page.html).not.toContain("<script>alert");
    expect((await act(desk, page, ["take", { of: id }])).status).toBe(303);
    const mine = await desk.browser.get(`/admin/tickets?assignedTo=${desk.person.user.id}`);
    expect(mine.html).toContain(subject);
    const notes = await desk.browser.get(`/admin/tickets/${id}/notes`);
    expect((await act(desk, notes, ["note", { body: "" }])).html).toContain('id="body-wrong"');
    await act(desk, notes, ["note", { body: `${HOSTILE} Asked the team.` }]);
    expect((await desk.browser.get(`/admin/tickets/${id}/notes`)).html).toContain("&lt;script&gt;");
    expect((await act(desk, mine, ["answer", { of: id, body: "It takes a minute." }])).status).toBe(303);
    expect((await desk.browser.get("/admin/tickets?status=answered")).html).toContain(subject);
    await act(desk, await desk.browser.get("/admin/answers"), ["delete", { of: "a-minute" }]);
    expect((await desk.browser.get("/admin/answers")).html).toContain("No answer is ready yet.");
  });
});

describe("a payment at the desk", () => {
  it("is given back in part, and never more than is left", async () => {
    const as = await aLearner(app, "silver");
    const [payment] = await rows<{ id: string }>(
      "select id from payments_payments where user_id = ? order by id desc limit 1",
      as.userId,
    );
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/refunds");
    const refund = { paymentId: payment?.id ?? "", amount: "100.00", reason: "A courtesy." };
    const unknown = await act(desk, page, ["refund", { ...refund, paymentId: "pay_none" }]);
    expect(unknown.status).toBe(404);
    const over = await act(desk, page, ["refund", { ...refund, amount: "999999.00", key: crypto.randomUUID() }]);
    expect(saidOf(over)).not.toBe("");
    const done = await act(desk, page, ["refund", { ...refund, key: crypto.randomUUID() }]);
    expect(done.html).toContain("The refund is under way");
  });

  it("shows what its gateway has told, as it came", async () => {
    await aLearner(app, "silver");
    const desk = await anOperatorAtDesk(app, "admin");
    const { html } = await desk.browser.get("/admin/jobs");
    const path = /href="(\/admin\/gateway-events\/[^"]+)"/.exec(html)?.[1] ?? "";
    const page = await desk.browser.get(path);
    expect(page.html).toContain("<pre");
    expect((await act(desk, page, ["replay", {}])).status).toBeLessThan(500);
  });
});

describe("a batch of payouts at the desk", () => {
  it("is settled by the lines of the bank's file", async () => {
    const { id } = await aPayout(app);
    const desk = await anOperatorAtDesk(app, "admin");
    await act(desk, await desk.browser.get("/admin/payouts"), ["approve", { of: id }]);
    const sent = await act(desk, await desk.browser.get("/admin/payouts"), ["send", {}]);
    const path = /href="(\/admin\/payout-batches\/[^"]+)"/.exec(sent.html)?.[1] ?? "";
    const page = await desk.browser.get(path);
    const results = `payoutId,amount,status,reference,reason\n${id},1.00,processed,UTR9,\nnobody,1.00,processed,UTR8,`;
    const read = await act(desk, page, ["read", { results }]);
    expect(read.html).toContain("What the bank says of a batch");
    expect(read.html).toContain("<table>");
  });
});

describe("a symbol at the desk", () => {
  it("is added, changed, given bars, and taken off the list", async () => {
    await seedMarket(app);
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/symbols?query=a");
    const symbol = `T${crypto.randomUUID().slice(0, 5).toUpperCase()}`;
    const fields = {
      symbol: symbol.toLowerCase(),
      name: `${HOSTILE} Test`,
      exchange: "xnas",
      currency: "usd",
      kind: "stock",
      state: "listed",
    };
    expect((await act(desk, page, ["add", { ...fields, exchange: "x" }])).html).toContain('id="exchange-new-wrong"');
    const added = await act(desk, page, ["add", fields]);
    const path = added.location?.split("?")[0] ?? "";
    expect(path).toBe(`/admin/symbols/${symbol}`);
    const one = await desk.browser.get(path);
    expect(one.html).not.toContain("<script>alert");
    expect((await act(desk, one, ["save", { ...fields, sector: "Tests" }])).status).toBe(303);
    expect((await desk.browser.get(path)).html).toContain('value="Tests"');
    const bars = `symbol,date,open,high,low,close,volume\n${symbol},2026-11-19,1,2,1,2,100\nNOBODY9,2026-11-19,1,2,1,2,1`;
    const read = await act(desk, page, ["import", { bars }]);
    expect(read.html).toContain("New or changed");
    expect((await act(desk, one, ["delist", {}])).status).toBe(303);
    expect((await desk.browser.get(path)).html).not.toContain('value="delist"');
  });
});
