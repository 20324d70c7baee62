import type { OwnLine } from "#modules/statements";
import { writeCamt, writeCsvStatement, writeOfx, writeQif } from "#modules/statements";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { writeAmount } from "./currencies.ts";
import { defaultAccountOf } from "./owner.ts";
import { readShelf } from "./repository.accounts.ts";
import type { Transaction, TransactionFilter } from "./repository.transactions.ts";
import { listTransactions, positionOf } from "./repository.transactions.ts";
import type { Format } from "./rules.statement.ts";
import { getAccount } from "./service.accounts.ts";

export interface ExportRequest {
  readonly format: Format;
  readonly accountId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const WRITERS = { csv: writeCsvStatement, ofx: writeOfx, qif: writeQif, camt: writeCamt } as const;
const PAGE = 5_000;

/** Writes an account's transactions, oldest first. Only a CSV says of each its account, so that it can hold those of all. */
export async function exportTransactions(ctx: Ctx, request: ExportRequest): Promise<string> {
  const { format, accountId, from, to } = request;
  const userId = customerOf(ctx);
  const id = accountId ?? defaultAccountOf(userId);
  const account = accountId !== undefined || format !== "csv" ? await getAccount(ctx, id) : null;
  const { accounts, categories } = await readShelf(ctx, userId);
  const rows = await readAll(ctx, { userId, from, to, ...(account ? { accountId: account.id } : {}) });
  const lines = rows.map((row) => ({
    ...toLine(row),
    category: categories.get(row.categoryId ?? "")?.name ?? null,
    account: accounts.get(row.accountId)?.name ?? null,
  }));
  return WRITERS[format]({ accountId: id, asset: account?.asset ?? "", lines: lines.toReversed() });
}

async function readAll(ctx: Ctx, filter: TransactionFilter): Promise<Transaction[]> {
  const all: Transaction[] = [];
  let after: string | null = null;
  do {
    const rows: Transaction[] = await listTransactions(ctx, filter, { limit: PAGE, after });
    all.push(...rows.slice(0, PAGE));
    const last = all.at(-1);
    after = rows.length > PAGE && last ? positionOf(last) : null;
  } while (after !== null);
  return all;
}

function toLine(row: Transaction): Omit<OwnLine, "category" | "account"> {
  const amount = writeAmount(row.amount, row.asset);
  const { date, asset, payee, notes, externalId, cleared } = row;
  return { line: 0, date, amount, asset, payee, notes, externalId: externalId ?? row.id, cleared };
}
