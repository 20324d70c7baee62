import { and, desc, eq, isNull, lt, sql } from "drizzle-orm";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Deposit } from "./repository.deposits.ts";
import type { Standing } from "./rules.deposits.ts";
import { cursors, deposits, incidents } from "./tables.ts";

export type Cursor = typeof cursors.$inferSelect;
export type Incident = typeof incidents.$inferSelect;

export async function findCursor(ctx: Ctx, network: string): Promise<Cursor | null> {
  const [row] = await ctx.db.primary.select().from(cursors).where(eq(cursors.network, network)).limit(1);
  return row ?? null;
}

export function putCursor(ctx: Ctx, { network, ...set }: Cursor): Statement {
  return ctx.db.statement(
    ctx.db.primary
      .insert(cursors)
      .values({ network, ...set })
      .onConflictDoUpdate({ target: cursors.network, set }),
  );
}

/** Puts deposits down that were seen. One that is known is found again in its place; an orphan begins anew. */
export function upsertSeen(ctx: Ctx, seen: readonly Deposit[]): Statement {
  return ctx.db.sql(
    `insert into wallet_deposits (id, user_id, asset, network, txid, output, address, amount, remainder, block_height,
       block_hash, confirmations, required, status, created_at)
     select value ->> 'id', value ->> 'userId', value ->> 'asset', value ->> 'network', value ->> 'txid',
       value ->> 'output', value ->> 'address', value ->> 'amount', value ->> 'remainder', value ->> 'blockHeight',
       value ->> 'blockHash', 0, value ->> 'required', 'detected', value ->> 'createdAt'
     from json_each(?) where true
     on conflict (network, txid, output) do update set status = 'detected', missing_since = null
     where wallet_deposits.status = 'orphaned'`,
    JSON.stringify(seen),
  );
}

/** Deposits on which a verdict is due: those under way, and those credited a short while ago. */
export async function listTracked(ctx: Ctx, network: string, sinceHeight: number): Promise<Deposit[]> {
  const rows = await ctx.db.primary
    .select()
    .from(deposits)
    .where(
      and(
        eq(deposits.network, network),
        sql`(status in ('detected', 'confirming') or (status = 'credited' and (block_height >= ${sinceHeight} or missing_since is not null)))`,
      ),
    )
    .limit(2_000);
  return rows as Deposit[];
}

export interface Tracking {
  readonly id: string;
  readonly status: string;
  readonly standing: Standing;
}

/** Writes where deposits stand. What was credited or orphaned meanwhile keeps its status. */
export function updateStandings(ctx: Ctx, tracked: readonly Tracking[]): Statement {
  const rows = tracked.map(({ id, status, standing }) => ({ id, status, ...standing }));
  return ctx.db.sql(
    `update wallet_deposits set block_height = t.value ->> 'blockHeight', block_hash = t.value ->> 'blockHash',
       confirmations = t.value ->> 'confirmations', missing_since = t.value ->> 'missingSince',
       status = case when wallet_deposits.status = 'credited' then 'credited' else t.value ->> 'status' end
     from json_each(?) t where wallet_deposits.id = t.value ->> 'id' and wallet_deposits.status <> 'orphaned'`,
    JSON.stringify(rows),
  );
}

/** Marks a deposit as credited, once; refused as `wallet_deposit_settled` otherwise. */
export function creditDeposit(ctx: Ctx, id: string, { blockHeight, blockHash, confirmations }: Standing): Statement[] {
  const update = ctx.db.sql(
    `update wallet_deposits set status = 'credited', credited_at = ?, block_height = ?, block_hash = ?, confirmations = ?,
       missing_since = null where id = ? and status in ('detected', 'confirming')`,
    ctx.now(),
    blockHeight,
    blockHash,
    confirmations,
    id,
  );
  return [update, expectChange(ctx, "wallet_deposit_settled")];
}

/** Opens an incident; one about the same thing is opened once, ever. */
export function openIncident(ctx: Ctx, incident: Omit<Incident, "closedAt" | "closedBy" | "note">): Statement {
  return ctx.db.statement(ctx.db.primary.insert(incidents).values(incident).onConflictDoNothing());
}

export async function findIncident(ctx: Ctx, id: string): Promise<Incident | null> {
  const [row] = await ctx.db.primary.select().from(incidents).where(eq(incidents.id, id)).limit(1);
  return row ?? null;
}

export async function listIncidents(ctx: Ctx, page: PageRequest): Promise<Incident[]> {
  return await ctx.db.primary
    .select()
    .from(incidents)
    .where(page.after === null ? undefined : lt(incidents.id, page.after))
    .orderBy(desc(incidents.id))
    .limit(page.limit + 1);
}

/** Networks on which an incident is open. */
export async function listTroubledNetworks(ctx: Ctx): Promise<Set<string>> {
  const rows = await ctx.db.primary
    .selectDistinct({ network: incidents.network })
    .from(incidents)
    .where(isNull(incidents.closedAt));
  return new Set(rows.map(({ network }) => network));
}

export function closeIncident(
  ctx: Ctx,
  id: string,
  by: { readonly closedBy: string; readonly note: string },
): Statement[] {
  const update = ctx.db.primary
    .update(incidents)
    .set({ ...by, closedAt: ctx.now() })
    .where(and(eq(incidents.id, id), isNull(incidents.closedAt)));
  return [ctx.db.statement(update), expectChange(ctx, "wallet_incident_closed")];
}

export interface DustDue {
  readonly network: string;
  readonly asset: string;
  /** What lies below minor units in all credited deposits, in the chain's smallest unit. */
  readonly remainders: number;
  readonly booked: number;
}

export async function listDust(ctx: Ctx): Promise<DustDue[]> {
  const query = ctx.db.sql(
    `select d.network, d.asset, sum(d.remainder) as remainders, coalesce(w.booked, 0) as booked
     from wallet_deposits d left join wallet_dust w on w.network = d.network and w.asset = d.asset
     where d.status = 'credited' and d.remainder > 0 group by d.network, d.asset`,
  );
  return (await query.all<DustDue>()).results;
}

/** Raises what has been booked, from what it was; refused as `wallet_dust_booked` otherwise. */
export function putDust(ctx: Ctx, { network, asset, booked }: DustDue, now: number): Statement[] {
  const update = ctx.db.sql(
    `insert into wallet_dust (network, asset, booked) values (?1, ?2, ?3)
     on conflict (network, asset) do update set booked = ?3 where booked = ?4`,
    network,
    asset,
    now,
    booked,
  );
  return [update, expectChange(ctx, "wallet_dust_booked")];
}
