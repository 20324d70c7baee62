import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { DocumentName } from "./rules.ts";

export interface Acceptance {
  readonly document: DocumentName;
  readonly version: string;
  readonly acceptedAt: number;
}

export async function listAcceptances(ctx: Ctx, userId: Id<"user">): Promise<Acceptance[]> {
  const statement = ctx.db.sql(
    "select document, version, accepted_at as acceptedAt from legal_acceptances where user_id = ? order by accepted_at desc, document",
    userId,
  );
  return (await statement.all<Acceptance>()).results;
}

export function insertAcceptance(
  ctx: Ctx,
  userId: Id<"user">,
  { document, version, acceptedAt }: Acceptance,
): Statement {
  return ctx.db.sql(
    "insert into legal_acceptances (user_id, document, version, accepted_at) values (?, ?, ?, ?) on conflict do nothing",
    userId,
    document,
    version,
    acceptedAt,
  );
}

/** That a person has accepted goes with the person. */
export function erase(ctx: Ctx, userId: Id<"user">): Statement[] {
  return [ctx.db.sql("delete from legal_acceptances where user_id = ?", userId)];
}
