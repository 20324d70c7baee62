import { asc, eq } from "drizzle-orm";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Flag } from "./rules.ts";
import { flags, maintenance } from "./tables.ts";

export interface MaintenanceRow {
  readonly enabled: boolean;
  readonly message: string;
  readonly until: number | null;
}

export async function findMaintenance(ctx: Ctx): Promise<(MaintenanceRow & { readonly updatedAt: number }) | null> {
  const [row] = await ctx.db.primary.select().from(maintenance).limit(1);
  return row ?? null;
}

export function putMaintenance(ctx: Ctx, row: MaintenanceRow): Statement {
  const values = { ...row, updatedAt: ctx.now() };
  const query = ctx.db.primary
    .insert(maintenance)
    .values({ id: 1, ...values })
    .onConflictDoUpdate({ target: maintenance.id, set: values });
  return ctx.db.statement(query);
}

export async function listFlags(ctx: Ctx): Promise<Flag[]> {
  return await ctx.db.primary.select().from(flags).orderBy(asc(flags.name)).limit(1_000);
}

export async function findFlag(ctx: Ctx, name: string): Promise<Flag | null> {
  const [flag] = await ctx.db.primary.select().from(flags).where(eq(flags.name, name)).limit(1);
  return flag ?? null;
}

export function putFlag(ctx: Ctx, flag: Flag): Statement {
  const values = { ...flag, plans: [...flag.plans], users: [...flag.users], updatedAt: ctx.now() };
  return ctx.db.statement(
    ctx.db.primary.insert(flags).values(values).onConflictDoUpdate({ target: flags.name, set: values }),
  );
}
