import { writeAmount } from "#modules/ledger";
import type { PaidOut } from "#modules/payouts";
import { listPaidOut } from "#modules/payouts";
import type { Ctx } from "#platform/ctx";
import { writeCsv } from "#platform/csv";
import { customerOf } from "#platform/http/access";
import { toTimestamp } from "#kernel/time";
import type { CommissionRow } from "./repository.commissions.ts";
import { listWithin } from "./repository.commissions.ts";
import { findMember } from "./repository.members.ts";

/** What a month has brought, and what of it was paid out: gross, tax withheld, net. */
export interface StatementLine {
  readonly at: number;
  readonly kind: "commission" | "correction" | "payout" | "return";
  readonly id: string;
  readonly paymentId: string | null;
  readonly level: number | null;
  readonly rateBps: number | null;
  readonly baseMinor: number | null;
  readonly grossMinor: number;
  readonly taxMinor: number;
  readonly asset: string;
  readonly status: string;
}

export interface Totals {
  readonly asset: string;
  /** Commissions less corrections. */
  readonly earnedMinor: number;
  /** What arrived at the bank less what came back: gross, and the tax withheld of it. */
  readonly paidMinor: number;
  readonly taxMinor: number;
}

export interface Statement {
  readonly month: string;
  readonly code: string;
  readonly lines: readonly StatementLine[];
  readonly totals: readonly Totals[];
}

export async function getStatement(ctx: Ctx, month: string): Promise<Statement> {
  const userId = customerOf(ctx);
  const [year = 0, number = 0] = month.split("-").map(Number);
  const span = { from: Date.UTC(year, number - 1, 1), to: Date.UTC(year, number, 1) };
  const [commissions, paid, member] = await Promise.all([
    listWithin(ctx, userId, span),
    listPaidOut(ctx, userId, span),
    findMember(ctx, { userId }),
  ]);
  const lines = [...commissions.map(earned), ...paid.map(paidOut)].toSorted((one, other) => one.at - other.at);
  return { month, code: member?.code ?? "", lines, totals: totalsOf(lines) };
}

function earned(row: CommissionRow): StatementLine {
  const { id, paymentId, level, rateBps, baseMinor, asset, status } = row;
  const kind = row.correctionOf === null ? "commission" : "correction";
  const amounts = { baseMinor, grossMinor: row.amountMinor, taxMinor: 0 };
  return { at: row.createdAt, kind, id, paymentId, level, rateBps, ...amounts, asset, status };
}

function paidOut({ id, at, asset, grossMinor, taxMinor, reversed }: PaidOut): StatementLine {
  const sign = reversed ? -1 : 1;
  const amounts = { grossMinor: sign * grossMinor, taxMinor: sign * taxMinor };
  const none = { paymentId: null, level: null, rateBps: null, baseMinor: null };
  const kind = reversed ? "return" : "payout";
  return { at, kind, id, ...none, ...amounts, asset, status: reversed ? "reversed" : "completed" };
}

function totalsOf(lines: readonly StatementLine[]): Totals[] {
  return [...Map.groupBy(lines, ({ asset }) => asset)].map(([asset, of]) => {
    const sum = (kinds: readonly string[], field: "grossMinor" | "taxMinor"): number =>
      of.filter(({ kind }) => kinds.includes(kind)).reduce((total, line) => total + line[field], 0);
    return {
      asset,
      earnedMinor: sum(["commission", "correction"], "grossMinor"),
      paidMinor: sum(["payout", "return"], "grossMinor"),
      taxMinor: sum(["payout", "return"], "taxMinor"),
    };
  });
}

const HEADER = [
  "at",
  "kind",
  "id",
  "paymentId",
  "level",
  "rateBps",
  "base",
  "gross",
  "taxWithheld",
  "net",
  "asset",
  "status",
];

export function writeStatementCsv({ lines }: Statement): string {
  return writeCsv(
    HEADER,
    lines.map((line) => {
      const { kind, id, paymentId, level, rateBps, asset, status, grossMinor, taxMinor, baseMinor } = line;
      const decimal = (minor: number) => ({ decimal: writeAmount(minor, asset) });
      const base = baseMinor === null ? null : decimal(baseMinor);
      const amounts = [decimal(grossMinor), decimal(taxMinor), decimal(grossMinor - taxMinor)];
      return [toTimestamp(line.at), kind, id, paymentId, level, rateBps, base, ...amounts, asset, status];
    }),
  );
}
