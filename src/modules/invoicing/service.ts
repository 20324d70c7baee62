import { z } from "zod";
import type { EventDraft } from "#kernel/event";
import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { findPerson } from "#modules/identity";
import { writeAmount } from "#modules/ledger";
import { findContact, notify } from "#modules/messaging";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { accountOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { DocumentDraft, DocumentRow } from "./repository.ts";
import * as repository from "./repository.ts";
import type { Line } from "./rules.ts";
import { seriesOf, totalsOf } from "./rules.ts";
import type { TaxLine } from "./rules.tax.ts";
import { nameTax } from "./rules.tax.ts";
import { ratesOf } from "./service.tax.ts";

/** An invoice was paid, or a credit note written. */
export const documentSettled = defineEvent("document.settled", z.strictObject({ documentId: z.string() }));

/** What a caller adds to its own commit. */
export interface Written {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

export interface InvoiceInput {
  readonly userId: Id<"user">;
  /** What is invoiced: `stripe:in_…`, `payment:pay_…`. One thing has one invoice. */
  readonly source: string;
  readonly asset: string;
  readonly lines: readonly Line[];
  /** As it was charged. */
  readonly taxMinor: number;
  readonly status: "open" | "paid" | "void";
  readonly issuedAt: number;
  readonly paidAt: number | null;
  readonly paymentId: string | null;
}

/**
 * Writes an invoice, or brings the one of the same thing up to date: it gets its number once, is settled once, and its
 * receipt is mailed with that. Two runs at once are told apart by the commit, which refuses one of them.
 */
export async function writeInvoice(ctx: Ctx, input: InvoiceInput): Promise<Written> {
  const known = await repository.findInvoice(ctx, { source: input.source });
  if (known) return update(ctx, known, input);
  const draft = await draftInvoice(ctx, input);
  const events = draft.status === "paid" ? [settledEvent(draft.id)] : [];
  return { statements: repository.insertDocument(ctx, draft), events };
}

/** What is settled stays settled; the payment may be learnt later. */
function update(ctx: Ctx, known: DocumentRow, input: InvoiceInput): Written {
  const { status, paidAt } = known.status === "open" ? input : known;
  const paymentId = input.paymentId ?? known.paymentId;
  const paidNow = known.status === "open" && status === "paid";
  return {
    statements: [repository.updateDocument(ctx, known.id, { status, paidAt, paymentId })],
    events: paidNow ? [settledEvent(known.id)] : [],
  };
}

async function draftInvoice(ctx: Ctx, input: InvoiceInput): Promise<DocumentDraft> {
  const { status, paidAt, paymentId } = input;
  const person = await findPerson(ctx, input.userId);
  const taxLines = nameTax(input.taxMinor, await ratesOf(ctx, person?.country ?? null));
  return {
    ...base(ctx, input, "invoice"),
    paymentId,
    invoiceId: null,
    status,
    taxLines,
    ...totalsOf(input.lines, taxLines),
    buyerName: person?.name ?? null,
    buyerEmail: person?.email ?? null,
    buyerCountry: person?.country ?? null,
    paidAt,
  };
}

function settledEvent(documentId: string): EventDraft {
  return draftEvent(documentSettled, { documentId });
}

type Basis = Pick<InvoiceInput, "userId" | "source" | "asset" | "lines" | "issuedAt">;

function base(ctx: Ctx, { userId, source, asset, lines, issuedAt }: Basis, kind: DocumentDraft["kind"]) {
  const id = ctx.newId("inv");
  return { id, userId, kind, series: seriesOf(kind, ctx.now()), source, asset, lines: [...lines], issuedAt } as const;
}

export interface CreditInput {
  readonly refundId: string;
  readonly paymentId: string;
  /** Of this refund, tax included. */
  readonly amountMinor: number;
  readonly taxMinor: number;
}

/** Writes the credit note of a refund; null while its payment has no invoice. */
export async function writeCreditNote(ctx: Ctx, credit: CreditInput): Promise<Written | null> {
  const invoice = await repository.findInvoice(ctx, { paymentId: credit.paymentId });
  if (!invoice) return null;
  const lines: Line[] = [
    { description: `Refund of invoice ${invoice.number}`, amountMinor: credit.taxMinor - credit.amountMinor },
  ];
  const taxLines: TaxLine[] = nameTax(-credit.taxMinor, invoice.taxLines);
  const now = ctx.now();
  const { userId, asset, buyerName, buyerEmail, buyerCountry } = invoice;
  const draft: DocumentDraft = {
    ...base(ctx, { userId, source: `refund:${credit.refundId}`, asset, lines, issuedAt: now }, "credit_note"),
    paymentId: null,
    invoiceId: invoice.id,
    status: "paid",
    taxLines,
    ...totalsOf(lines, taxLines),
    buyerName,
    buyerEmail,
    buyerCountry,
    paidAt: now,
  };
  return {
    statements: [...repository.insertDocument(ctx, draft), ...repository.expectWithin(ctx, invoice.id)],
    events: [settledEvent(draft.id)],
  };
}

/** Mails the receipt of an invoice that was paid, or of a credit note. */
export async function mailReceipt(ctx: Ctx, id: Id<"inv">): Promise<void> {
  const row = await repository.findDocument(ctx, id);
  const contact = row && (await findContact(ctx, row.userId));
  if (!row || !contact) return;
  const say = (minor: number): { amount: string; asset: string } => ({
    amount: writeAmount(minor, row.asset),
    asset: row.asset,
  });
  const data = {
    number: row.number,
    lines: row.lines.map(({ description, amountMinor }) => ({ description, ...say(amountMinor) })),
    tax: row.taxMinor === 0 ? null : say(row.taxMinor),
    total: say(row.totalMinor),
    paidAt: row.paidAt ?? row.issuedAt,
    path: `/app/invoices/${row.id}`,
  };
  const { statements, events } = await notify(ctx, { contact, kind: "receipt", data, dedupeKey: `receipt:${id}` });
  await commit(ctx, statements, { events });
}

export async function listInvoices(ctx: Ctx, page: PageRequest): Promise<Page<DocumentRow>> {
  return toPage(await repository.listDocuments(ctx, owner(ctx), page), page, ({ id }) => id);
}

export async function getInvoice(ctx: Ctx, id: Id<"inv">): Promise<DocumentRow> {
  const row = await repository.findDocument(ctx, id);
  if (row?.userId !== owner(ctx)) throw problems.invoiceNotFound();
  return row;
}

function owner(ctx: Ctx): Id<"user"> {
  const userId = accountOf(ctx.actor);
  if (userId === null) throw new TypeError("Invoices belong to an account.");
  return userId as Id<"user">;
}
