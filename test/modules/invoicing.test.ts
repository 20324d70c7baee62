import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import type { Id } from "#kernel/ids";
import type { InvoiceInput } from "#modules/invoicing";
import { taxFor, writeCreditNote, writeInvoice } from "#modules/invoicing";
import { commit, expectChange } from "#platform/commit";
import { totalsOf } from "../../src/modules/invoicing/rules.ts";
import { nameTax, taxOn } from "../../src/modules/invoicing/rules.tax.ts";
import { anAccount } from "../support/accounts.ts";
import { anOperator, freshId } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { mailsTo } from "../support/people.ts";
import { inJob, rows } from "../support/platform.ts";

interface Invoice {
  id: string;
  number: string;
  kind: string;
  status: string;
  subtotal: string;
  tax: string;
  total: string;
  taxLines: { name: string; amount: string }[];
  lines: { description: string; amount: string }[];
}

const app = testApp();

function input(userId: string, overrides: Partial<InvoiceInput> = {}): InvoiceInput {
  return {
    userId: userId as Id<"user">,
    source: `test:${crypto.randomUUID()}`,
    asset: "USD",
    lines: [{ description: "Pro, a month", amountMinor: 2_900 }],
    taxMinor: 0,
    status: "paid",
    issuedAt: Date.now(),
    paidAt: overrides.status === undefined || overrides.status === "paid" ? Date.now() : null,
    paymentId: null,
    ...overrides,
  };
}

async function write(invoice: InvoiceInput): Promise<void> {
  const ctx = testCtx(app);
  const { statements, events } = await writeInvoice(ctx, invoice);
  await commit(ctx, statements, { events });
}

async function credit(refund: { paymentId: string; amountMinor: number; taxMinor: number }): Promise<void> {
  const ctx = testCtx(app);
  const written = await writeCreditNote(ctx, { refundId: freshId("refund" as "pay"), ...refund });
  if (!written) throw new Error("There is no invoice.");
  await commit(ctx, written.statements, { events: written.events });
}

describe("a series", () => {
  it("has no gap and no number twice, however many are written at once and however many fail", async () => {
    const userId = freshId("user");
    const taken = input(userId);
    await write(taken);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 48 }, async (_, index) => {
        const ctx = testCtx(app);
        const invoice = input(userId, index % 3 === 0 ? { source: `twice:${index % 2}` } : {});
        const { statements } = await writeInvoice(ctx, invoice);
        const doomed = index % 5 === 0 ? [expectChange(ctx, "nothing_changed")] : [];
        await commit(ctx, [...statements, ctx.db.sql("delete from invoicing_tax_rates where 1 = 0"), ...doomed]);
      }),
    );
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
    const series = await rows<{ last: number; n: number; top: number }>(
      `select s.last, count(*) as n, max(d.seq) as top from invoicing_series s join invoicing_documents d using (series)
       group by s.series`,
    );
    for (const { last, n, top } of series) expect([n, top]).toEqual([last, last]);
  });

  it("is kept by the database itself", async () => {
    const invoice = input(freshId("user"));
    await write(invoice);
    for (const attack of [
      "delete from invoicing_documents",
      "update invoicing_documents set total_minor = 1, subtotal_minor = 1",
      "update invoicing_documents set status = 'void', paid_at = null",
      "update invoicing_series set last = last + 2",
      "delete from invoicing_series",
      "insert into invoicing_series (series, last) values ('INV-1999', 7)",
    ]) {
      await expect(env.DB.prepare(attack).run()).rejects.toThrow(/invoicing_/);
    }
  });
});

describe("an invoice", () => {
  it("is written once for what it is about, settled once, and mailed once", async () => {
    const { user, actor } = await anAccount(app);
    const open = input(user.id, { status: "open" });
    await write(open);
    await write(open);
    await write({ ...open, status: "paid", paidAt: Date.now(), paymentId: "pay_x" });
    await write({ ...open, status: "paid", paidAt: Date.now() });
    await write({ ...open, status: "void" });
    const { data } = await bodyOf<{ data: Invoice[] }>(await app.call("GET /api/v1/billing/invoices", { as: actor }));
    expect(data).toMatchObject([{ status: "paid", total: "29.00" }]);
    const mails = await mailsTo(app, user.email ?? "");
    expect(mails.filter(({ subject }) => subject === `Receipt ${data[0]?.number}`)).toHaveLength(1);
  });

  it("is a page and a PDF too, and shows no markup of anybody's", async () => {
    const { user, actor } = await anAccount(app);
    await write(input(user.id, { lines: [{ description: "<script>x</script> Größe 你好 ₹", amountMinor: 100 }] }));
    const { data } = await bodyOf<{ data: Invoice[] }>(await app.call("GET /api/v1/billing/invoices", { as: actor }));
    const path = `GET /api/v1/billing/invoices/${data[0]?.id}`;
    const page = await app.call(path, { as: actor, headers: { Accept: "text/html" } });
    expect(page.headers.get("Content-Type")).toContain("text/html");
    const html = await page.text();
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("<script>");
    const pdf = await app.call(path, { as: actor, headers: { Accept: "application/pdf" } });
    expect(pdf.headers.get("Content-Type")).toBe("application/pdf");
    expect(new TextDecoder().decode((await pdf.arrayBuffer()).slice(0, 5))).toBe("%PDF-");
    expect((await app.call(path, { as: anOperator() })).status).toBe(404);
  });

  it("of many lines goes on on another sheet", async () => {
    const { user, actor } = await anAccount(app);
    const lines = Array.from({ length: 60 }, (_, index) => ({
      description: `Line ${index} `.repeat(12),
      amountMinor: 1,
    }));
    await write(input(user.id, { lines }));
    const { data } = await bodyOf<{ data: Invoice[] }>(await app.call("GET /api/v1/billing/invoices", { as: actor }));
    const answer = await app.call(`GET /api/v1/billing/invoices/${data[0]?.id}`, {
      as: actor,
      headers: { Accept: "application/pdf" },
    });
    const { PDFDocument } = await import("@cantoo/pdf-lib");
    expect((await PDFDocument.load(await answer.arrayBuffer())).getPageCount()).toBeGreaterThan(1);
  });

  it("leaves the person out once they are gone, and is kept", async () => {
    const { user } = await anAccount(app);
    await write(input(user.id));
    await inJob(app, {}, async (ctx) => {
      expect(JSON.stringify(await app.composition.exportUser(ctx, user.id))).toContain("Pro, a month");
      await ctx.db.batch(await app.composition.eraseUser(ctx, user.id));
    });
    expect(await rows("select buyer_name, buyer_email from invoicing_documents where user_id = ?", user.id)).toEqual([
      { buyer_name: null, buyer_email: null },
    ]);
  });
});

describe("a credit note", () => {
  it("takes back what was refunded with its tax, and never more than the invoice", async () => {
    const { user, actor } = await anAccount(app);
    const paymentId = freshId("pay");
    await write(input(user.id, { taxMinor: 551, paymentId }));
    await credit({ paymentId, amountMinor: 1_000, taxMinor: 160 });
    await credit({ paymentId, amountMinor: 2_451, taxMinor: 391 });
    await expect(credit({ paymentId, amountMinor: 1, taxMinor: 0 })).rejects.toThrow("invoicing_credited_in_full");
    const { data } = await bodyOf<{ data: Invoice[] }>(await app.call("GET /api/v1/billing/invoices", { as: actor }));
    expect(data.map(({ kind, total, tax }) => [kind, total, tax])).toEqual([
      ["credit_note", "-24.51", "-3.91"],
      ["credit_note", "-10.00", "-1.60"],
      ["invoice", "34.51", "5.51"],
    ]);
    expect(data[0]?.number).toMatch(/^CN-[0-9]{4}-[0-9]{6}$/);
  });
});

describe("tax", () => {
  it("follows from the table of the buyer's country, which an administrator sets", async () => {
    const path = "PUT /api/v1/admin/tax-rates/IN";
    const rates = [
      { name: "CGST", rateBps: 900 },
      { name: "SGST", rateBps: 900 },
    ];
    expect((await app.call(path, { as: anOperator("support"), json: { rates } })).status).toBe(403);
    expect((await app.call(path, { as: anOperator(), json: { rates: [...rates, ...rates] } })).status).toBe(422);
    expect((await app.call(path, { as: anOperator(), json: { rates } })).status).toBe(200);
    expect(await taxFor(testCtx(app), "IN", 74_900)).toEqual([
      { name: "CGST", rateBps: 900, amountMinor: 6_741 },
      { name: "SGST", rateBps: 900, amountMinor: 6_741 },
    ]);
    expect(await taxFor(testCtx(app), "DE", 74_900)).toEqual([]);
    expect(await taxFor(testCtx(app), null, 74_900)).toEqual([]);
    await app.call(path, { as: anOperator(), json: { rates: [] } });
    expect(await taxFor(testCtx(app), "IN", 74_900)).toEqual([]);
  });

  it("and lines add up to the total, whatever they are", () => {
    const minor = fc.integer({ min: -1_000_000, max: 1_000_000_000 });
    const rates = fc.array(fc.record({ name: fc.string(), rateBps: fc.integer({ min: 1, max: 10_000 }) }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.array(minor, { minLength: 1, maxLength: 20 }), rates, (amounts, table) => {
        const lines = amounts.map((amountMinor) => ({ description: "x", amountMinor }));
        const net = amounts.reduce((sum, amount) => sum + amount, 0);
        const tax = taxOn(net, table);
        const { subtotalMinor, taxMinor, totalMinor } = totalsOf(lines, tax);
        const named = nameTax(taxMinor, table);
        return (
          subtotalMinor === net &&
          totalMinor === net + taxMinor &&
          named.reduce((sum, { amountMinor }) => sum + amountMinor, 0) === taxMinor
        );
      }),
      { seed: inject("random").seed },
    );
  });
});
