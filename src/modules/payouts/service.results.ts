import type { Id } from "#kernel/ids";
import { Problem } from "#kernel/problem";
import { writeAmount } from "#modules/ledger";
import { splitCsv } from "#modules/statements";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import type { Payout } from "./repository.ts";
import { listSendings } from "./repository.sending.ts";
import type { Command } from "./rules.ts";
import { step } from "./rules.ts";
import { listBatch } from "./service.batches.ts";
import { carryOut } from "./service.moves.ts";
import { getPayout } from "./service.ts";

/**
 * Reads what the bank says became of a batch. Each line stands for itself: what is wrong with one of them is said with its
 * number, and the others count. A file that comes twice changes nothing the second time.
 */

export interface LineError {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

export interface ResultReport {
  readonly completed: number;
  readonly failed: number;
  readonly reversed: number;
  readonly unchanged: number;
  readonly errors: readonly LineError[];
}

type Field = "payoutId" | "status" | "reference" | "reason" | "amount";

/** The names that a column goes by: our own, and those of RazorpayX's reports. */
const COLUMNS: Readonly<Record<Field, readonly string[]>> = {
  payoutId: ["payoutid", "payout reference id", "reference_id", "reference id"],
  status: ["status", "payout status"],
  reference: ["reference", "utr"],
  reason: ["reason", "failure reason", "error description"],
  amount: ["amount", "payout amount"],
};

const COMMANDS: Readonly<Record<string, "complete" | "fail" | "reverse">> = {
  processed: "complete",
  completed: "complete",
  success: "complete",
  failed: "fail",
  rejected: "fail",
  cancelled: "fail",
  reversed: "reverse",
};

type Line = Readonly<Record<Field, string>> & { readonly number: number };
type Counted = "completed" | "failed" | "reversed" | "unchanged";
type Outcome = Counted | readonly [code: string, message: string];

/** The lines of a file by the names of its columns; null when the first line does not name them. */
function readLines(text: string): Line[] | null {
  const [head, ...rows] = splitCsv(text);
  const names = (head?.cells ?? []).map((cell) => cell.toLowerCase());
  const at = (field: Field): number => names.findIndex((name) => COLUMNS[field].includes(name));
  const places = { payoutId: at("payoutId"), status: at("status"), amount: at("amount") };
  if (Object.values(places).includes(-1)) return null;
  const others = { reference: at("reference"), reason: at("reason") };
  return rows.map(({ cells, line }) => {
    const cell = (place: number): string => cells[place] ?? "";
    const [payoutId, status] = [cell(places.payoutId), cell(places.status).toLowerCase()];
    return {
      number: line,
      payoutId,
      status,
      amount: cell(places.amount),
      reference: cell(others.reference).slice(0, 100) || payoutId,
      reason: cell(others.reason).slice(0, 500) || status,
    };
  });
}

export async function importResults(ctx: Ctx, batchId: Id<"job">, text: string): Promise<ResultReport> {
  const batch = await listBatch(ctx, batchId);
  const lines = readLines(text);
  const report = { completed: 0, failed: 0, reversed: 0, unchanged: 0, errors: [] as LineError[] };
  if (lines === null) {
    const message = "The first line names the columns payoutId, status and amount.";
    return { ...report, errors: [{ line: 1, code: "columns_missing", message }] };
  }
  const ids = new Set(batch.map(({ id }) => id));
  const sendings = await listSendings(ctx, [...ids]);
  for (const line of lines) {
    const known = ids.has(line.payoutId as Id<"payout">) && !sendings.has(line.payoutId);
    const outcome = known ? await applyLine(ctx, line) : (["not_in_batch", "This payout is not in the file."] as const);
    if (typeof outcome === "string") report[outcome] += 1;
    else report.errors.push({ line: line.number, code: outcome[0], message: outcome[1] });
  }
  const { errors, ...counts } = report;
  const after = { ...counts, rejected: errors.length };
  await commit(ctx, [], { audit: { action: "payoutBatch.resultsRead", target: batchId, after } });
  return report;
}

async function applyLine(ctx: Ctx, line: Line): Promise<Outcome> {
  const told = COMMANDS[line.status];
  if (!told) return ["status_unknown", "The status is processed, failed or reversed."];
  const payout = await getPayout(ctx, line.payoutId as Id<"payout">);
  const fault = faultOf(ctx, payout, line);
  if (fault) return fault;
  if (isKnown(payout, told)) return told === "complete" ? sameReference(payout, line) : "unchanged";
  const command = told === "reverse" && payout.state !== "completed" ? "fail" : told;
  const { reference, reason } = line;
  try {
    await carryOut(ctx, payout, { command, ...(command === "complete" ? { reference } : { reason }) });
    return COUNTED[command];
  } catch (error) {
    if (error instanceof Problem) return [error.code, error.message];
    throw error;
  }
}

function sameReference(payout: Payout, { reference }: Line): Outcome {
  return payout.reference === reference
    ? "unchanged"
    : ["reference_differs", "It has arrived under another reference."];
}

const COUNTED = { complete: "completed", fail: "failed", reverse: "reversed" } as const;

/** Whether the file says what is known: money that is back is back, whatever the way. */
function isKnown({ state }: Payout, command: Command): boolean {
  const back = command !== "complete" && (state === "failed" || state === "reversed");
  return back || step(state, command).kind === "done";
}

/** What makes a line one that somebody has changed, or one that the caller may not decide. */
function faultOf(ctx: Ctx, payout: Payout, { amount }: Line): readonly [string, string] | null {
  const { asset, grossMinor, taxMinor, userId } = payout;
  const net = writeAmount(grossMinor - taxMinor, asset);
  if (amount !== net) return ["amount_differs", `The payout is of ${net} ${asset}.`];
  return userId === customerOf(ctx) ? ["own_payout", "Nobody decides about a payout of his own."] : null;
}
