import { z } from "zod";
import { defineEvent, draftEvent } from "#kernel/event";
import { MINUTE } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { HOLDING_CODES } from "./chart.ts";
import { problems } from "./errors.ts";
import type { Finding, Pass, Position } from "./repository.audit.ts";
import * as repository from "./repository.audit.ts";

/** The books do not add up: payouts and withdrawals stand still until a pass has gone through without a failure. */
export const auditFailed = defineEvent(
  "ledger.auditFailed",
  z.strictObject({ passId: z.number(), failures: z.number(), check: z.string(), subject: z.string() }),
);

export interface Audit {
  readonly ok: boolean;
  readonly asOf: number;
  readonly failures: readonly Finding[];
}

const SLICE_ENTRIES = 20_000;
const START: Position = { entrySeq: 0 };

/** Proves every invariant over the whole ledger, now, and names the rows that break one. */
export async function audit(ctx: Ctx, sliceEntries = SLICE_ENTRIES): Promise<Audit> {
  const failures = await repository.findTotals(ctx, HOLDING_CODES);
  let position = START;
  for (;;) {
    const slice = await repository.findInSlice(ctx, position, sliceEntries);
    failures.push(...slice.findings);
    if (slice.entries < sliceEntries) break;
    position = slice.position;
  }
  return { ok: failures.length === 0, asOf: ctx.now(), failures };
}

const BUDGET_MS = 5 * MINUTE;

/**
 * The hourly walk: goes on where the last one stopped, slice by slice, and begins anew when all has been seen. What it
 * finds is kept, told once for each pass, and freezes payouts.
 */
export async function auditSlices(ctx: Ctx, sliceEntries = SLICE_ENTRIES): Promise<Pass> {
  const until = ctx.now() + BUDGET_MS;
  let pass = await currentPass(ctx);
  while (pass.finishedAt === null && ctx.now() < until) pass = await auditSlice(ctx, pass, sliceEntries);
  return pass;
}

async function currentPass(ctx: Ctx): Promise<Pass> {
  const latest = await repository.findLatestPass(ctx);
  if (latest && latest.finishedAt === null) return latest;
  return { id: (latest?.id ?? 0) + 1, startedAt: ctx.now(), finishedAt: null, ...START, entries: 0, failures: 0 };
}

async function auditSlice(ctx: Ctx, pass: Pass, size: number): Promise<Pass> {
  const slice = await repository.findInSlice(ctx, pass, size);
  const last = slice.entries < size;
  const findings = [...slice.findings, ...(last ? await repository.findTotals(ctx, HOLDING_CODES) : [])];
  const next: Pass = {
    ...pass,
    ...slice.position,
    finishedAt: last ? ctx.now() : null,
    entries: pass.entries + slice.entries,
    failures: pass.failures + findings.length,
  };
  const [first] = findings;
  for (const { check, subject } of findings.slice(0, 10))
    ctx.log.error("The ledger does not add up.", { module: "ledger", code: check, target: subject });
  await commit(ctx, repository.putPass(ctx, next, findings), {
    events:
      first && pass.failures === 0
        ? [
            draftEvent(auditFailed, {
              passId: pass.id,
              failures: next.failures,
              check: first.check,
              subject: first.subject,
            }),
          ]
        : [],
  });
  return next;
}

/**
 * Whether payouts and withdrawals stand still, because the books did not add up when they were last looked at, or because
 * another module asks for it.
 */
export async function payoutsFrozen(ctx: Ctx): Promise<boolean> {
  const [broken, held] = await Promise.all([repository.isBroken(ctx), ctx.composition.holdsPayouts(ctx)]);
  return broken || held;
}

/** Refuses while payouts stand still. For every verb that lets money leave. */
export async function assertPayoutsOpen(ctx: Ctx): Promise<void> {
  if (await payoutsFrozen(ctx)) throw problems.payoutsFrozen({ retryAfterSeconds: 3_600 });
}
