import { and, asc, desc, eq, gte, isNotNull, lte } from "drizzle-orm";
import type { Millis } from "#kernel/time";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { SandboxObject } from "./sandbox-objects.ts";
import { dueAt } from "./rules.sandbox.ts";
import { sandboxObjects } from "./tables.ts";

export type Kind = SandboxObject["kind"];
export type Of<K extends Kind> = Extract<SandboxObject, { kind: K }>;

/** An object with the version that was read: 0 for one that is not there yet. */
export interface Versioned<T extends SandboxObject = SandboxObject> {
  readonly object: T;
  readonly version: number;
}

type Row = typeof sandboxObjects.$inferSelect;

function toVersioned<K extends Kind>(row: Row): Versioned<Of<K>> {
  return { object: JSON.parse(row.data) as Of<K>, version: row.version };
}

export async function find<K extends Kind>(ctx: Ctx, kind: K, id: string): Promise<Versioned<Of<K>> | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(sandboxObjects)
    .where(and(eq(sandboxObjects.id, id), eq(sandboxObjects.kind, kind)))
    .limit(1);
  return row ? toVersioned<K>(row) : null;
}

/** A customer's objects of a kind, newest first. */
export async function listOf<K extends Kind>(ctx: Ctx, kind: K, customerId: string): Promise<Versioned<Of<K>>[]> {
  const rows = await ctx.db.primary
    .select()
    .from(sandboxObjects)
    .where(and(eq(sandboxObjects.customerId, customerId), eq(sandboxObjects.kind, kind)))
    .orderBy(desc(sandboxObjects.createdAt), desc(sandboxObjects.id));
  return rows.map(toVersioned<K>);
}

export async function listSince<K extends Kind>(ctx: Ctx, kind: K, since: Millis): Promise<Of<K>[]> {
  const rows = await ctx.db.primary
    .select()
    .from(sandboxObjects)
    .where(and(eq(sandboxObjects.kind, kind), gte(sandboxObjects.createdAt, since)))
    .orderBy(asc(sandboxObjects.createdAt));
  return rows.map((row) => toVersioned<K>(row).object);
}

export async function listDue(ctx: Ctx, now: Millis, limit: number): Promise<Versioned<Of<"subscription">>[]> {
  const rows = await ctx.db.primary
    .select()
    .from(sandboxObjects)
    .where(and(isNotNull(sandboxObjects.dueAt), lte(sandboxObjects.dueAt, now)))
    .orderBy(asc(sandboxObjects.dueAt))
    .limit(limit);
  return rows.map(toVersioned<"subscription">);
}

/** Writes an object, unless somebody else has since it was read; refused then as `gateways_sandbox_raced`. */
export function put(ctx: Ctx, { object, version }: Versioned): Statement[] {
  const due = object.kind === "subscription" ? dueAt(object) : null;
  const customerId = "customerId" in object ? object.customerId : null;
  const values = { data: JSON.stringify(object), dueAt: due, version: version + 1 };
  const { primary } = ctx.db;
  const query =
    version === 0
      ? primary
          .insert(sandboxObjects)
          .values({ ...values, id: object.id, kind: object.kind, customerId, createdAt: ctx.now() })
          .onConflictDoNothing()
      : primary
          .update(sandboxObjects)
          .set(values)
          .where(and(eq(sandboxObjects.id, object.id), eq(sandboxObjects.version, version)));
  return [ctx.db.statement(query), expectChange(ctx, "gateways_sandbox_raced")];
}

export function removeObject(ctx: Ctx, id: string): Statement {
  return ctx.db.statement(ctx.db.primary.delete(sandboxObjects).where(eq(sandboxObjects.id, id)));
}
