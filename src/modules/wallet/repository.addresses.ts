import { and, asc, desc, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { depositAddresses, withdrawalAddresses } from "./tables.ts";

export type DepositAddress = Omit<typeof depositAddresses.$inferSelect, "userId"> & { userId: Id<"user"> };
export type WithdrawalAddress = Omit<typeof withdrawalAddresses.$inferSelect, "id" | "userId"> & {
  id: Id<"addr">;
  userId: Id<"user">;
};

export async function findDepositAddress(ctx: Ctx, network: string, userId: string): Promise<DepositAddress | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(depositAddresses)
    .where(and(eq(depositAddresses.network, network), eq(depositAddresses.userId, userId)))
    .limit(1);
  return (row as DepositAddress | undefined) ?? null;
}

/** Claims the next index of a network for a user; one who has one keeps it. */
export function claimIndex(ctx: Ctx, network: string, userId: string): Statement {
  return ctx.db.sql(
    `insert into wallet_deposit_addresses (network, user_id, path_index, created_at)
     select ?1, ?2, coalesce(max(path_index) + 1, 0), ?3 from wallet_deposit_addresses where network = ?1
     on conflict (network, user_id) do nothing`,
    network,
    userId,
    ctx.now(),
  );
}

export function setDepositAddress(ctx: Ctx, { network, userId, address }: DepositAddress): Statement {
  return ctx.db.sql(
    "update wallet_deposit_addresses set address = ? where network = ? and user_id = ? and address is null",
    address,
    network,
    userId,
  );
}

/** Whose addresses these are; those that are nobody's are left out. */
export async function findOwners(
  ctx: Ctx,
  network: string,
  addresses: readonly string[],
): Promise<Map<string, Id<"user">>> {
  if (addresses.length === 0) return new Map();
  const rows = await ctx.db.primary
    .select({ address: depositAddresses.address, userId: depositAddresses.userId })
    .from(depositAddresses)
    .where(
      and(
        eq(depositAddresses.network, network),
        inArray(depositAddresses.address, sql`(select value from json_each(${JSON.stringify(addresses)}))`),
      ),
    );
  return new Map(rows.map(({ address, userId }) => [address ?? "", userId as Id<"user">]));
}

/** The addresses that were looked at longest ago, and marks them as looked at. */
export async function takeDueAddresses(ctx: Ctx, network: string, limit: number): Promise<string[]> {
  const rows = await ctx.db.primary
    .select({ address: depositAddresses.address })
    .from(depositAddresses)
    .where(and(eq(depositAddresses.network, network), sql`address is not null`))
    .orderBy(asc(depositAddresses.checkedAt))
    .limit(limit);
  const addresses = rows.flatMap(({ address }) => address ?? []);
  await ctx.db.batch([
    ctx.db.sql(
      `update wallet_deposit_addresses set checked_at = ? where network = ? and address in (select value from json_each(?))`,
      ctx.now(),
      network,
      JSON.stringify(addresses),
    ),
  ]);
  return addresses;
}

export function insertWithdrawalAddress(ctx: Ctx, row: WithdrawalAddress): Statement {
  return ctx.db.statement(ctx.db.primary.insert(withdrawalAddresses).values(row));
}

export async function findWithdrawalAddress(ctx: Ctx, id: string): Promise<WithdrawalAddress | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(withdrawalAddresses)
    .where(and(eq(withdrawalAddresses.id, id), isNull(withdrawalAddresses.deletedAt)))
    .limit(1);
  return (row as WithdrawalAddress | undefined) ?? null;
}

export async function listWithdrawalAddresses(
  ctx: Ctx,
  userId: string,
  page: PageRequest,
): Promise<WithdrawalAddress[]> {
  const after = page.after === null ? undefined : lt(withdrawalAddresses.id, page.after);
  return (await ctx.db.read
    .select()
    .from(withdrawalAddresses)
    .where(and(eq(withdrawalAddresses.userId, userId), isNull(withdrawalAddresses.deletedAt), after))
    .orderBy(desc(withdrawalAddresses.id))
    .limit(page.limit + 1)) as WithdrawalAddress[];
}

/** Takes an address out of the book; refused as `wallet_address_gone` when it is not in it any more. */
export function deleteWithdrawalAddress(ctx: Ctx, id: string): Statement[] {
  const query = ctx.db.primary
    .update(withdrawalAddresses)
    .set({ deletedAt: ctx.now() })
    .where(and(eq(withdrawalAddresses.id, id), isNull(withdrawalAddresses.deletedAt)));
  return [ctx.db.statement(query), expectChange(ctx, "wallet_address_gone")];
}

/** Takes a person out of the address book. Deposit addresses stay: what arrives there later must be found. */
export function eraseAddresses(ctx: Ctx, userId: string): Statement {
  return ctx.db.statement(ctx.db.primary.delete(withdrawalAddresses).where(eq(withdrawalAddresses.userId, userId)));
}

/** Where money for somebody arrives, on every network. */
export async function listDepositAddresses(
  ctx: Ctx,
  userId: Id<"user">,
): Promise<Pick<DepositAddress, "network" | "address" | "createdAt">[]> {
  return await ctx.db.primary
    .select({
      network: depositAddresses.network,
      address: depositAddresses.address,
      createdAt: depositAddresses.createdAt,
    })
    .from(depositAddresses)
    .where(eq(depositAddresses.userId, userId));
}
