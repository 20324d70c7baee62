import { and, asc, desc, eq, inArray, lt, or, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { documents, series, taxRates } from "./tables.ts";

export type DocumentRow = Omit<typeof documents.$inferSelect, "id" | "userId"> & { id: Id<"inv">; userId: Id<"user"> };
/** A document before it has its number. */
export type DocumentDraft = Omit<DocumentRow, "seq" | "number">;
export type TaxRateRow = typeof taxRates.$inferSelect;

const OVERCREDITED = "invoicing_credited_in_full";

/** Gives a document the next number of its series, in the same commit. */
export function insertDocument(ctx: Ctx, draft: DocumentDraft): Statement[] {
  const values = {
    ...draft,
    seq: sql`(select last from invoicing_series where series = ${draft.series})`,
    number: sql`(select series || '-' || printf('%06d', last) from invoicing_series where series = ${draft.series})`,
  };
  return [
    ctx.db.statement(
      ctx.db.primary
        .insert(series)
        .values({ series: draft.series, last: 1 })
        .onConflictDoUpdate({ target: series.series, set: { last: sql`last + 1` } }),
    ),
    ctx.db.statement(ctx.db.primary.insert(documents).values(values)),
  ];
}

/** Refuses the batch as `invoicing_credited_in_full` where a credit note, just written, is more than is left. */
export function expectWithin(ctx: Ctx, invoiceId: Id<"inv">): Statement[] {
  return [
    ctx.db.sql(
      `update invoicing_documents set status = status where id = ?1
       and total_minor + (select coalesce(sum(total_minor), 0) from invoicing_documents where invoice_id = ?1) >= 0`,
      invoiceId,
    ),
    expectChange(ctx, OVERCREDITED),
  ];
}

/** Settles an open invoice, or notes its payment. What is settled stays so. */
export function updateDocument(
  ctx: Ctx,
  id: Id<"inv">,
  change: Pick<DocumentRow, "status" | "paidAt" | "paymentId">,
): Statement {
  const query = ctx.db.primary
    .update(documents)
    .set(change)
    .where(and(eq(documents.id, id), or(eq(documents.status, "open"), eq(documents.status, change.status))));
  return ctx.db.statement(query);
}

export async function findDocument(ctx: Ctx, id: Id<"inv">): Promise<DocumentRow | null> {
  const [row] = await ctx.db.read.select().from(documents).where(eq(documents.id, id)).limit(1);
  return (row as DocumentRow | undefined) ?? null;
}

/** The invoice of a thing, by what it documents or by the payment that settled it. */
export async function findInvoice(
  ctx: Ctx,
  by: { readonly source: string } | { readonly paymentId: string },
): Promise<DocumentRow | null> {
  const key = "source" in by ? eq(documents.source, by.source) : eq(documents.paymentId, by.paymentId);
  const [row] = await ctx.db.primary
    .select()
    .from(documents)
    .where(and(eq(documents.kind, "invoice"), key))
    .limit(1);
  return (row as DocumentRow | undefined) ?? null;
}

export async function listDocuments(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<DocumentRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(documents)
    .where(and(eq(documents.userId, userId), page.after === null ? undefined : lt(documents.id, page.after)))
    .orderBy(desc(documents.id))
    .limit(page.limit + 1);
  return rows as DocumentRow[];
}

/** Everything that is documented for a person. */
export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  return { documents: await ctx.db.primary.select().from(documents).where(eq(documents.userId, userId)).limit(10_000) };
}

/** Takes the person out of documents, which have to be kept. */
export function eraseUser(ctx: Ctx, userId: Id<"user">): Statement {
  const nobody = { buyerName: null, buyerEmail: null, buyerCountry: null };
  return ctx.db.statement(ctx.db.primary.update(documents).set(nobody).where(eq(documents.userId, userId)));
}

export interface SeriesState {
  readonly series: string;
  readonly last: number;
  readonly count: number;
}

/** Each series with how many documents it holds: as many as its last number says. */
export async function listSeries(ctx: Ctx): Promise<SeriesState[]> {
  const { results } = await ctx.db
    .sql(
      `select s.series, s.last, (select count(*) from invoicing_documents d where d.series = s.series) as count
       from invoicing_series s order by s.series`,
    )
    .all<SeriesState>();
  return results;
}

export async function listTaxRates(ctx: Ctx): Promise<TaxRateRow[]> {
  return await ctx.db.read.select().from(taxRates).orderBy(asc(taxRates.country), asc(taxRates.name));
}

/** Puts a country's rates in the place of those before. */
export function replaceTaxRates(ctx: Ctx, country: string, rates: readonly Omit<TaxRateRow, "country">[]): Statement[] {
  const gone = ctx.db.statement(ctx.db.primary.delete(taxRates).where(inArray(taxRates.country, [country])));
  if (rates.length === 0) return [gone];
  const rows = rates.map((rate) => ({ ...rate, country }));
  return [gone, ctx.db.statement(ctx.db.primary.insert(taxRates).values(rows))];
}
