import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";

/** Each before those that it refers to. */
const OWNED = [
  "splits",
  "import_changes",
  "imports",
  "removals",
  "mappings",
  "rules",
  "recurring",
  "goals",
  "transactions",
  "allocations",
  "carries",
  "months",
  "sums",
  "account_months",
  "days",
  "rates",
  "categories",
  "accounts",
  "profiles",
] as const;

/** Sums are left out: they are what the rest adds up to. */
const DERIVED: ReadonlySet<string> = new Set(["sums", "account_months", "days"]);

/** Everything that is kept of a person, table by table. */
export async function exportUser(ctx: Ctx, userId: string): Promise<unknown> {
  const tables = OWNED.filter((name) => !DERIVED.has(name));
  const results = await ctx.db.batch(
    tables.map((name) => ctx.db.sql(`select * from budget_${name} where user_id = ?`, userId)),
  );
  return Object.fromEntries(tables.map((name, index) => [name, results[index]?.results ?? []]));
}

/** Takes everything of a person out. */
export function eraseUser(ctx: Ctx, userId: string): Statement[] {
  return OWNED.map((name) => ctx.db.sql(`delete from budget_${name} where user_id = ?`, userId));
}
