import type { PageRequest } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";

/** An audit row, in the order in which its content is hashed. */
export interface AuditContent {
  readonly at: number;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly target: string;
  readonly reason: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string;
}

export interface AuditRow extends AuditContent {
  readonly seq: number;
  readonly contentHash: string;
  readonly seal: string | null;
}

const COLUMNS = `seq, at, actor, role, action, target, reason, before, after, ip, user_agent as userAgent,
  request_id as requestId, content_hash as contentHash, seal`;

/** Rows after a place in their own order. */
export async function readRows(ctx: Ctx, after: number, limit: number): Promise<AuditRow[]> {
  const statement = ctx.db.sql(
    `select ${COLUMNS} from platform_audit_entries where seq > ? order by seq limit ?`,
    after,
    limit,
  );
  return (await statement.all<AuditRow>()).results;
}

export interface Unsealed {
  readonly rows: readonly Pick<AuditRow, "seq" | "contentHash">[];
  /** The seal before them; null at the beginning of the chain. */
  readonly previous: string | null;
}

/** The first rows that no seal is on. */
export async function readUnsealed(ctx: Ctx, limit: number): Promise<Unsealed> {
  const [rows, heads] = await ctx.db.batch([
    ctx.db.sql(
      `select seq, content_hash as contentHash from platform_audit_entries where seal is null order by seq limit ?`,
      limit,
    ),
    ctx.db.sql(
      `select seal from platform_audit_entries where seal is not null
         and seq < (select seq from platform_audit_entries where seal is null order by seq limit 1) order by seq desc limit 1`,
    ),
  ]);
  const [head] = (heads?.results ?? []) as Pick<ChainHead, "seal">[];
  return { rows: (rows?.results ?? []) as Unsealed["rows"][number][], previous: head?.seal ?? null };
}

export interface ChainHead {
  readonly seq: number;
  readonly seal: string;
}

/** The newest seal before a place; null at the beginning of the chain. */
export async function findHead(ctx: Ctx, before: number): Promise<ChainHead | null> {
  return await ctx.db
    .sql(
      "select seq, seal from platform_audit_entries where seq < ? and seal is not null order by seq desc limit 1",
      before,
    )
    .first<ChainHead>();
}

/** Puts seals on rows that have none yet; whoever comes second finds none to put. */
export async function writeSeals(ctx: Ctx, seals: readonly ChainHead[]): Promise<void> {
  await ctx.db.batch([
    ctx.db.sql(
      `update platform_audit_entries set seal = (select value ->> 'seal' from json_each(?1) where value ->> 'seq' = seq)
       where seal is null and seq in (select value ->> 'seq' from json_each(?1))`,
      JSON.stringify(seals),
    ),
  ]);
}

/** The highest number that was ever given to a row. */
export async function findLastNumber(ctx: Ctx): Promise<number> {
  const row = await ctx.db
    .sql("select seq from sqlite_sequence where name = 'platform_audit_entries'")
    .first<{ seq: number }>();
  return row?.seq ?? 0;
}

export interface AuditFilter {
  readonly actor: string | null;
  readonly action: string | null;
  readonly target: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

/** Rows that fit, newest first; one row more than the page holds. */
export async function listRows(ctx: Ctx, filter: AuditFilter, page: PageRequest): Promise<AuditRow[]> {
  const statement: Statement = ctx.db.sql(
    `select ${COLUMNS} from platform_audit_entries
     where (?1 is null or actor = ?1) and (?2 is null or action = ?2) and (?3 is null or target = ?3)
       and (?4 is null or at >= ?4) and (?5 is null or at < ?5) and (?6 is null or seq < ?6)
     order by seq desc limit ?7`,
    filter.actor,
    filter.action,
    filter.target,
    filter.from,
    filter.to,
    page.after === null ? null : Number(page.after),
    page.limit + 1,
  );
  return (await statement.all<AuditRow>()).results;
}
