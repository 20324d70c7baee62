import { and, desc, eq, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { TransactionRow } from "./repository.transactions.ts";
import { imports } from "./tables.imports.ts";

export type Import = Omit<typeof imports.$inferSelect, "id" | "userId"> & { id: Id<"imp">; userId: Id<"user"> };

/** What an import may change of a transaction that is there already. */
export type Words = Pick<
  TransactionRow,
  "id" | "date" | "payee" | "importedPayee" | "categoryId" | "notes" | "cleared" | "externalId" | "search"
>;

/** Flags as the database answers them. */
type Stored<T> = { readonly [K in keyof T]: T[K] extends boolean ? number : T[K] };

export type Kept = Words & Pick<TransactionRow, "amount" | "reconciled" | "split" | "transferId">;

const WORDS = [
  "id",
  "date",
  "payee",
  "importedPayee",
  "categoryId",
  "notes",
  "cleared",
  "externalId",
  "search",
] as const;

export async function listImports(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<Import[]> {
  const rows = await ctx.db.read
    .select()
    .from(imports)
    .where(and(eq(imports.userId, userId), page.after === null ? undefined : lt(imports.id, page.after)))
    .orderBy(desc(imports.id))
    .limit(page.limit + 1);
  return rows as Import[];
}

export async function findImport(ctx: Ctx, id: string): Promise<Import | null> {
  const [row] = await ctx.db.primary.select().from(imports).where(eq(imports.id, id)).limit(1);
  return (row as Import | undefined) ?? null;
}

export interface Surroundings {
  readonly userId: Id<"user">;
  readonly accountId: string;
  readonly from: string;
  readonly to: string;
  readonly externalIds: readonly string[];
}

export interface Known {
  readonly rows: readonly Kept[];
  /** Ids of what was imported once and removed. */
  readonly removed: ReadonlySet<string>;
  readonly mapping: string | null;
}

/** The transactions of an account that rows of some days may be, and what else an import asks of the past. */
export async function readKnown(ctx: Ctx, around: Surroundings, header: string): Promise<Known> {
  const { userId, accountId, from, to, externalIds } = around;
  const ids = JSON.stringify(externalIds);
  const columns = `id, date, amount, payee, imported_payee as importedPayee, category_id as categoryId, notes, cleared,
    reconciled, split, transfer_id as transferId, external_id as externalId, search`;
  const [near, named, gone, mapped] = await ctx.db.batch([
    ctx.db.sql(
      `select ${columns} from budget_transactions where user_id = ? and account_id = ? and date between ? and ? order by date, id`,
      userId,
      accountId,
      from,
      to,
    ),
    ctx.db.sql(
      `select ${columns} from budget_transactions where account_id = ?1 and user_id = ?2
         and external_id in (select value from json_each(?3)) and date not between ?4 and ?5`,
      accountId,
      userId,
      ids,
      from,
      to,
    ),
    ctx.db.sql("select external_id as id from budget_removals where user_id = ? and account_id = ?", userId, accountId),
    ctx.db.sql(
      "select mapping from budget_mappings where user_id = ? and account_id = ? and header = ?",
      userId,
      accountId,
      header,
    ),
  ]);
  const rows = [...resultsOf<Stored<Kept>>(near), ...resultsOf<Stored<Kept>>(named)];
  return {
    rows: rows.map((row) => ({
      ...row,
      cleared: Boolean(row.cleared),
      reconciled: Boolean(row.reconciled),
      split: Boolean(row.split),
    })),
    removed: new Set(resultsOf<{ id: string }>(gone).map(({ id }) => id)),
    mapping: resultsOf<{ mapping: string }>(mapped)[0]?.mapping ?? null,
  };
}

function resultsOf<Row>(result: D1Result | undefined): Row[] {
  return (result?.results ?? []) as Row[];
}

export function insertImport(ctx: Ctx, row: Import): Statement {
  return ctx.db.statement(ctx.db.primary.insert(imports).values(row));
}

export function rememberMapping(
  ctx: Ctx,
  { userId, accountId, header, mapping }: { userId: string; accountId: string; header: string; mapping: object },
): Statement {
  return ctx.db.sql(
    `insert into budget_mappings (user_id, account_id, header, mapping, updated_at) values (?, ?, ?, ?, ?)
     on conflict (user_id, account_id, header) do update set mapping = excluded.mapping, updated_at = excluded.updated_at`,
    userId,
    accountId,
    header,
    JSON.stringify(mapping),
    ctx.now(),
  );
}

const CHUNK = 2_000;

/** Puts words in the place of those before; parts of a split follow the day of their whole. */
export function putWords(ctx: Ctx, rows: readonly Words[]): Statement[] {
  const now = ctx.now();
  return Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, index) => {
    const part = rows.slice(index * CHUNK, (index + 1) * CHUNK);
    const list = JSON.stringify(
      part.map((row) => WORDS.map((name) => (name === "cleared" ? Number(row[name]) : row[name]))),
    );
    return [
      ctx.db.sql(
        `update budget_transactions as t set date = v.value ->> 1, payee = v.value ->> 2, imported_payee = v.value ->> 3,
           category_id = v.value ->> 4, notes = v.value ->> 5, cleared = v.value ->> 6, external_id = v.value ->> 7,
           search = v.value ->> 8, updated_at = ?1
         from json_each(?2) v where t.id = v.value ->> 0 and t.reconciled = 0`,
        now,
        list,
      ),
      ctx.db.sql(
        `update budget_splits as s set month = substr(t.date, 1, 7) from budget_transactions t, json_each(?1) v
         where t.id = v.value ->> 0 and s.transaction_id = t.id and s.month <> substr(t.date, 1, 7)`,
        list,
      ),
    ];
  }).flat();
}

/** Keeps what an import changes as it was before. */
export function keepBefore(ctx: Ctx, of: { importId: string; userId: string }, rows: readonly Words[]): Statement {
  const before = rows.map((row) => [
    row.id,
    JSON.stringify(Object.fromEntries(WORDS.map((name) => [name, row[name]]))),
  ]);
  return ctx.db.sql(
    `insert into budget_import_changes (import_id, transaction_id, user_id, before)
     select ?1, value ->> 0, ?2, value ->> 1 from json_each(?3)`,
    of.importId,
    of.userId,
    JSON.stringify(before),
  );
}

export interface Brought {
  readonly created: readonly {
    readonly id: string;
    readonly reconciled: boolean;
    readonly transferId: string | null;
  }[];
  readonly before: readonly Words[];
}

/** What an import added, and how it found what it changed. */
export async function readBrought(ctx: Ctx, id: Id<"imp">): Promise<Brought> {
  const [created, changed] = await ctx.db.batch([
    ctx.db.sql("select id, reconciled, transfer_id as transferId from budget_transactions where import_id = ?", id),
    ctx.db.sql("select before from budget_import_changes where import_id = ?", id),
  ]);
  return {
    created: resultsOf<Stored<Brought["created"][number]>>(created).map((row) => ({
      ...row,
      reconciled: Boolean(row.reconciled),
    })),
    before: resultsOf<{ before: string }>(changed).map(({ before }) => JSON.parse(before) as Words),
  };
}

/** Removes an import, once; refused as `budget_import_gone`. */
export function deleteImport(ctx: Ctx, id: Id<"imp">): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.delete(imports).where(eq(imports.id, id))),
    expectChange(ctx, "budget_import_gone"),
    ctx.db.sql("delete from budget_import_changes where import_id = ?", id),
  ];
}

/** Remembers the bank's id of what is removed, so that an import can leave it out. */
export function rememberRemoval(ctx: Ctx, ids: readonly string[]): Statement {
  return ctx.db.sql(
    `insert into budget_removals (user_id, account_id, external_id, removed_at)
     select user_id, account_id, external_id, ?1 from budget_transactions
     where external_id is not null and id in (select value from json_each(?2))
     on conflict (user_id, account_id, external_id) do update set removed_at = excluded.removed_at`,
    ctx.now(),
    JSON.stringify(ids),
  );
}
