import { z } from "zod";
import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { audit, payoutsFrozen } from "#modules/ledger";
import { listGateways } from "#modules/gateways";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { problems } from "./errors.ts";
import type { ComparisonRow, DifferenceRow } from "./repository.differences.ts";
import * as repository from "./repository.differences.ts";

/** An operator wants gateways to be compared now. */
export const comparisonAsked = defineEvent("reconciliation.asked", z.strictObject({}));

const SHOWN = 500;

export interface Reconciliation {
  readonly ok: boolean;
  readonly asOf: number;
  readonly ledger: { readonly ok: boolean; readonly failures: number; readonly payoutsFrozen: boolean };
  readonly gateways: readonly Pick<ComparisonRow, "provider" | "comparedAt" | "payments" | "settled" | "failure">[];
  readonly differences: readonly DifferenceRow[];
}

/** How the books, our rows and the gateways stand to each other. */
export async function getReconciliation(ctx: Ctx): Promise<Reconciliation> {
  const [books, frozen, differences, compared] = await Promise.all([
    audit(ctx),
    payoutsFrozen(ctx),
    repository.listDifferences(ctx, SHOWN),
    repository.listComparisons(ctx),
  ]);
  const never = listGateways(ctx)
    .filter(({ name }) => !compared.some(({ provider }) => provider === name))
    .map(({ name }) => ({ provider: name, comparedAt: 0, payments: 0, settled: 0, failure: null }));
  return {
    ok: books.ok && differences.length === 0,
    asOf: ctx.now(),
    ledger: { ok: books.ok, failures: books.failures.length, payoutsFrozen: frozen },
    gateways: [...compared, ...never],
    differences,
  };
}

/** Has every gateway compared as soon as the queue comes to it. */
export const requestReconciliation = once(async (ctx: Ctx): Promise<void> => {
  await commit(ctx, [], {
    audit: { action: "reconciliation.asked", target: "reconciliation" },
    events: [draftEvent(comparisonAsked, {})],
  });
});

export interface ResolveDifference {
  readonly id: Id<"diff">;
  readonly reason: string;
}

/** An operator has dealt with a difference. Should it be met again, it stands there again. */
export const resolveDifference = once(async (ctx: Ctx, { id, reason }: ResolveDifference): Promise<DifferenceRow> => {
  const row = await repository.findDifference(ctx, id);
  if (!row) throw problems.differenceNotFound();
  const result = { ...row, resolvedAt: ctx.now() };
  await commit(ctx, repository.resolveDifference(ctx, id), {
    audit: { action: "difference.resolved", target: id, reason, before: { kind: row.kind, subject: row.subject } },
    result,
    refusals: { payments_difference_over: problems.differenceOver },
  });
  return result;
});
