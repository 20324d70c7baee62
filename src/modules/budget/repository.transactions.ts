import type { SQL } from "drizzle-orm";
import { and, desc, eq, getTableColumns, gte, inArray, lte, or, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { accounts, splits, transactions } from "./tables.ts";

export interface Split {
  readonly categoryId: string | null;
  readonly amount: number;
  readonly baseAmount: number;
  readonly notes: string | null;
}

export type TransactionRow = Omit<typeof transactions.$inferSelect, "id" | "userId"> & {
  readonly id: Id<"txn">;
  readonly userId: Id<"user">;
  readonly splits: readonly Split[];
};

export type Transaction = TransactionRow & { readonly asset: string };

const SPLITS = sql<string | null>`case when ${transactions.split} = 1 then (
  select json_group_array(json_object('categoryId', category_id, 'amount', amount, 'baseAmount', base_amount, 'notes', notes))
  from (select * from budget_splits s where s.transaction_id = budget_transactions.id order by s.position)) end`;

const FIELDS = { ...getTableColumns(transactions), asset: accounts.asset, parts: SPLITS };

type Read = typeof transactions.$inferSelect & { readonly asset: string; readonly parts: string | null };

function toTransaction({ parts, ...row }: Read): Transaction {
  const list = parts === null ? [] : (JSON.parse(parts) as Split[]);
  return { ...row, id: row.id as Id<"txn">, userId: row.userId as Id<"user">, splits: list };
}

export interface TransactionFilter {
  readonly userId: Id<"user">;
  readonly month?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly accountId?: string | undefined;
  /** Null asks for those without one. */
  readonly categoryId?: string | null | undefined;
  /** Folded. */
  readonly text?: string | undefined;
  /** In the budget's asset. */
  readonly amount?: number | undefined;
  readonly minAmount?: number | undefined;
  readonly maxAmount?: number | undefined;
  readonly cleared?: boolean | undefined;
  readonly importId?: string | undefined;
}

function when<T>(value: T | undefined, condition: (value: T) => SQL | undefined): SQL | undefined {
  return value === undefined ? undefined : condition(value);
}

/** Conditions with the columns that the indexes hold: `budget_transactions_search` answers a text by itself. */
function conditionsOf(filter: TransactionFilter): (SQL | undefined)[] {
  const { userId, month, text, categoryId } = filter;
  const inSplits = (id: string): SQL =>
    sql`${transactions.id} in (select transaction_id from budget_splits where user_id = ${userId} and category_id = ${id})`;
  return [
    eq(transactions.userId, userId),
    when(month, (value) => and(gte(transactions.date, `${value}-01`), lte(transactions.date, `${value}-31`))),
    when(filter.from, (value) => gte(transactions.date, value)),
    when(filter.to, (value) => lte(transactions.date, value)),
    when(filter.accountId, (value) => eq(transactions.accountId, value)),
    categoryId === null
      ? sql`${transactions.categoryId} is null and ${transactions.split} = 0`
      : when(categoryId, (value) => or(eq(transactions.categoryId, value), inSplits(value))),
    when(text, (value) => sql`instr(${transactions.search}, ${value}) > 0`),
    when(filter.amount, (value) => eq(transactions.baseAmount, value)),
    when(filter.minAmount, (value) => gte(transactions.baseAmount, value)),
    when(filter.maxAmount, (value) => lte(transactions.baseAmount, value)),
    when(filter.cleared, (value) => eq(transactions.cleared, value)),
    when(filter.importId, (value) => eq(transactions.importId, value)),
  ];
}

/** The place of a transaction in its list: its day, then its id. */
export function positionOf({ date, id }: Pick<Transaction, "date" | "id">): string {
  return `${date} ${id}`;
}

export async function listTransactions(ctx: Ctx, filter: TransactionFilter, page: PageRequest): Promise<Transaction[]> {
  const [date, id] = page.after?.split(" ") ?? [];
  const after = date === undefined ? undefined : sql`(${transactions.date}, ${transactions.id}) < (${date}, ${id})`;
  const rows = await ctx.db.read
    .select(FIELDS)
    .from(transactions)
    .innerJoin(accounts, eq(accounts.id, transactions.accountId))
    .where(and(...conditionsOf(filter), after))
    .orderBy(desc(transactions.date), desc(transactions.id))
    .limit(page.limit + 1);
  return rows.map(toTransaction);
}

/** Transactions by their ids, as they stand at this moment. */
export async function findTransactions(ctx: Ctx, ids: readonly string[]): Promise<Transaction[]> {
  const rows = await ctx.db.primary
    .select(FIELDS)
    .from(transactions)
    .innerJoin(accounts, eq(accounts.id, transactions.accountId))
    .where(inArray(transactions.id, sql`(select value from json_each(${JSON.stringify(ids)}))`));
  return rows.map(toTransaction);
}

const COLUMNS = [
  "id",
  "userId",
  "accountId",
  "date",
  "amount",
  "baseAmount",
  "payee",
  "importedPayee",
  "categoryId",
  "notes",
  "cleared",
  "reconciled",
  "counted",
  "split",
  "transferId",
  "externalId",
  "importId",
  "recurringId",
  "occurrence",
  "search",
  "createdAt",
  "updatedAt",
] as const satisfies readonly (keyof TransactionRow)[];

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const NAMES = COLUMNS.map(snake).join(", ");
const VALUES = COLUMNS.map((_, place) => `value ->> ${place}`).join(", ");
/** Rows in one statement, so that its text of JSON stays far below what a value may hold. */
const CHUNK = 2_000;

function chunks<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, index) =>
    rows.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}

const toCell = (value: unknown): unknown => (typeof value === "boolean" ? Number(value) : value);

/** Puts transactions down with their parts. */
export function insertTransactions(ctx: Ctx, rows: readonly TransactionRow[]): Statement[] {
  return [
    ...chunks(rows).map((part) =>
      ctx.db.sql(
        `insert into budget_transactions (${NAMES}) select ${VALUES} from json_each(?)`,
        JSON.stringify(part.map((row) => COLUMNS.map((name) => toCell(row[name])))),
      ),
    ),
    ...insertSplits(ctx, rows),
  ];
}

function insertSplits(ctx: Ctx, rows: readonly TransactionRow[]): Statement[] {
  const parts = rows.flatMap((row) =>
    row.splits.map(({ categoryId, amount, baseAmount, notes }, position) => [
      row.id,
      position,
      row.userId,
      row.date.slice(0, 7),
      categoryId,
      amount,
      baseAmount,
      Number(row.counted),
      notes,
    ]),
  );
  return chunks(parts).map((part) =>
    ctx.db.sql(
      `insert into budget_splits (transaction_id, position, user_id, month, category_id, amount, base_amount, counted, notes)
       select ${Array.from({ length: 9 }, (_, place) => `value ->> ${place}`).join(", ")} from json_each(?)`,
      JSON.stringify(part),
    ),
  );
}

/** Replaces a transaction with its parts, unless it was changed since it was read; refused as `budget_transaction_changed`. */
export function updateTransaction(ctx: Ctx, row: TransactionRow, readAt: number): Statement[] {
  const { id, userId: _userId, splits: _splits, createdAt: _createdAt, ...rest } = row;
  const query = ctx.db.primary
    .update(transactions)
    .set(rest)
    .where(and(eq(transactions.id, id), eq(transactions.updatedAt, readAt)));
  return [
    ctx.db.statement(query),
    expectChange(ctx, "budget_transaction_changed"),
    ctx.db.statement(ctx.db.primary.delete(splits).where(eq(splits.transactionId, id))),
    ...insertSplits(ctx, [row]),
  ];
}

export function deleteTransactions(ctx: Ctx, ids: readonly string[]): Statement[] {
  const list = JSON.stringify(ids);
  const named = "in (select value from json_each(?))";
  return [
    ctx.db.sql(`delete from budget_splits where transaction_id ${named}`, list),
    ctx.db.sql(`delete from budget_transactions where id ${named}`, list),
  ];
}
