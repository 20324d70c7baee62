import type { Id } from "#kernel/ids";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { problems } from "./errors.ts";
import type { Acceptance } from "./repository.ts";
import * as repository from "./repository.ts";
import type { DocumentName, LegalDocument, OperatorData } from "./rules.ts";
import { NEEDED, outstanding, versionOf, writeDocument } from "./rules.ts";

const MISSING = "(to be named by the operator)";

function operatorOf({ config }: Ctx): OperatorData {
  const [name = MISSING, ...address] = config.seller;
  return {
    name,
    address: address.join(", ") || MISSING,
    email: config.launch.legalEmail ?? MISSING,
    jurisdiction: config.launch.jurisdiction ?? MISSING,
    origin: config.publicOrigin,
  };
}

export function getDocument(ctx: Ctx, name: DocumentName): LegalDocument {
  return writeDocument(name, operatorOf(ctx));
}

export interface Consents {
  readonly accepted: readonly Acceptance[];
  readonly outstanding: readonly DocumentName[];
}

export async function getConsents(ctx: Ctx, userId: Id<"user">): Promise<Consents> {
  const accepted = await repository.listAcceptances(ctx, userId);
  return { accepted, outstanding: outstanding(accepted) };
}

export interface Accept {
  readonly userId: Id<"user">;
  readonly document: DocumentName;
  readonly version: string;
}

/** Writes down that somebody has accepted the present version. The same again changes nothing. */
export const acceptDocument = once(async (ctx: Ctx, { userId, document, version }: Accept): Promise<Consents> => {
  if (version !== versionOf(document))
    throw problems.versionNotCurrent({
      detail: `Version ${versionOf(document)} holds; GET /legal/${document} shows it.`,
    });
  const before = await repository.listAcceptances(ctx, userId);
  const known = before.some((row) => row.document === document && row.version === version);
  const accepted = known ? before : [{ document, version, acceptedAt: ctx.now() }, ...before];
  const result = { accepted, outstanding: outstanding(accepted) };
  await commit(ctx, [repository.insertAcceptance(ctx, userId, { document, version, acceptedAt: ctx.now() })], {
    audit: { action: "document.accepted", target: userId, after: { document, version } },
    result,
  });
  return result;
});

/** Whoever opens an account accepts what holds at that moment. */
export async function acceptAtRegistration(ctx: Ctx, userId: Id<"user">): Promise<void> {
  const rows = NEEDED.map((document) => ({ document, version: versionOf(document), acceptedAt: ctx.now() }));
  await commit(
    ctx,
    rows.map((row) => repository.insertAcceptance(ctx, userId, row)),
  );
}
