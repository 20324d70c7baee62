import type { CsvMapping, Line, LineFault, Parsed } from "#modules/statements";
import type { Id } from "#kernel/ids";
import { parseAmount } from "#kernel/money";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { fromDayNumber, toDayNumber } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { currencyOf } from "./currencies.ts";
import { problems } from "./errors.ts";
import { defaultAccountOf } from "./owner.ts";
import type { Account } from "./repository.accounts.ts";
import type { Import, Kept, Known, Words } from "./repository.imports.ts";
import * as repository from "./repository.imports.ts";
import { readRules } from "./repository.rules.ts";
import type { TransactionRow } from "./repository.transactions.ts";
import { deleteTransactions, insertTransactions } from "./repository.transactions.ts";
import type { Incoming } from "./rules.matching.ts";
import { matchRows, WINDOW_DAYS } from "./rules.matching.ts";
import type { PayeeRule } from "./rules.payees.ts";
import { findRule } from "./rules.payees.ts";
import type { Format, ReadOptions } from "./rules.statement.ts";
import { completeMapping, openSheet, readFile } from "./rules.statement.ts";
import { foldText } from "./rules.text.ts";
import { searchTextOf } from "./rules.transactions.ts";
import { invalid } from "./service.allocations.ts";
import type { Desk } from "./service.compose.ts";
import { composeTransaction, openAccount } from "./service.compose.ts";
import { RANGE, readDrawer } from "./service.transactions.ts";

export interface ImportFile extends ReadOptions {
  readonly format: Format;
  readonly text: string;
  readonly accountId?: string | undefined;
  readonly dryRun: boolean;
  /** Rows with an id are only taken for rows without one. */
  readonly strictIds: boolean;
  /** Brings back what was imported once and removed. */
  readonly reimportDeleted: boolean;
  readonly payeeFromMemo: boolean;
}

export interface ImportReport {
  readonly importId: string | null;
  readonly created: number;
  readonly duplicates: number;
  readonly errors: readonly LineFault[];
  /** What would be done with the first rows of a dry run. */
  readonly preview: readonly Preview[];
}

export interface Preview {
  readonly line: number;
  readonly date: string;
  readonly amount: string;
  readonly payee: string | null;
  readonly categoryId: string | null;
  /** The transaction that it is taken for; null where a new one is made. */
  readonly transactionId: string | null;
}

const MAX_ROWS = 50_000;
const PREVIEWED = 100;
const EXTERNAL_ID = "budget_transactions.account_id, budget_transactions.external_id";

interface Reading {
  readonly parsed: Parsed;
  readonly remember: { readonly header: string; readonly mapping: CsvMapping } | null;
}

/** Imports a bank's statement into an account. What is there already is completed, not doubled. */
export async function importTransactions(ctx: Ctx, file: ImportFile): Promise<ImportReport> {
  const userId = customerOf(ctx);
  const drawer = await readDrawer(ctx);
  const account = openAccount(drawer.shelf, file.accountId ?? defaultAccountOf(userId));
  const { parsed, remember } = await readLines(ctx, account, file);
  if (parsed.lines.length > MAX_ROWS)
    throw invalid("body", "too_many_rows", `At most ${MAX_ROWS} rows at once; cut the file into parts.`);
  const { rows, faults } = toRows(parsed, account, file);
  const known = await readKnown(ctx, account, rows);
  const wanted = file.reimportDeleted ? rows : rows.filter(({ externalId }) => !known.removed.has(externalId ?? ""));
  const plan = planImport(
    ctx,
    { desk: drawer, account, known, rules: await readRules(ctx, userId) },
    { rows: wanted, file },
  );
  const errors = [...parsed.faults, ...faults].toSorted((a, b) => a.line - b.line);
  const report = { created: plan.created.length, duplicates: wanted.length - plan.created.length, errors };
  if (file.dryRun) return { importId: null, ...report, preview: plan.preview.slice(0, PREVIEWED) };
  const row: Import = {
    id: ctx.newId("imp"),
    userId,
    accountId: account.id,
    format: file.format,
    created: report.created,
    duplicates: report.duplicates,
    rejected: errors.length,
    createdAt: ctx.now(),
  };
  const statements = [
    ...drawer.opening.statements,
    repository.insertImport(ctx, row),
    ...insertTransactions(
      ctx,
      plan.created.map((each) => ({ ...each, importId: row.id })),
    ),
    ...(plan.changed.length > 0 ? [repository.keepBefore(ctx, { importId: row.id, userId }, plan.before)] : []),
    ...repository.putWords(ctx, plan.changed),
    ...(remember ? [repository.rememberMapping(ctx, { userId, accountId: account.id, ...remember })] : []),
  ];
  await commit(ctx, statements, { refusals: { ...RANGE, [EXTERNAL_ID]: problems.changedMeanwhile } });
  return { importId: row.id, ...report, preview: [] };
}

/** Reads the file. Columns are named by the call, as they were the last time, or guessed. */
async function readLines(ctx: Ctx, account: Account, file: ImportFile): Promise<Reading> {
  if (file.format !== "csv") return { parsed: readFile(file.format, file.text), remember: null };
  const sheet = openSheet(file.text, file);
  const around = { userId: account.userId, accountId: account.id, from: "9999", to: "9999", externalIds: [] };
  const { mapping: remembered } = await repository.readKnown(ctx, around, sheet.header);
  const known = remembered === null ? sheet.guess() : (JSON.parse(remembered) as CsvMapping);
  const mapping = completeMapping(known, sheet.names, file);
  if (!mapping)
    throw invalid("dateColumn", "columns_unknown", "Say with `dateColumn` and `amountColumn` which columns hold what.");
  return { parsed: sheet.read(mapping), remember: { header: sheet.header, mapping } };
}

interface ImportRow extends Line {
  readonly minor: number;
}

/** What the account can count. An amount with more decimals than its currency is rejected, unless they are zeros. */
function toRows(parsed: Parsed, account: Account, file: ImportFile): { rows: ImportRow[]; faults: LineFault[] } {
  const asset = currencyOf(account.asset);
  const rows: ImportRow[] = [];
  const faults: LineFault[] = [];
  const ids = new Set<string | null>();
  for (const line of parsed.lines) {
    const amount = parseAmount(shorten(line.amount), asset, { signed: true, zero: true });
    const payee = line.payee ?? (file.payeeFromMemo ? line.notes : null);
    if (line.asset !== null && line.asset !== asset.code) faults.push(inAnother(line, asset.code));
    else if (!amount.ok)
      faults.push({ line: line.line, code: "amount_unreadable", message: `This is no amount in ${asset.code}.` });
    // A bank's id names one movement: a second row with it is the first one again.
    else if (line.externalId === null || !ids.has(line.externalId)) rows.push({ ...line, payee, minor: amount.minor });
    ids.add(line.externalId);
  }
  return { rows, faults };
}

function inAnother({ line, asset }: Line, code: string): LineFault {
  return { line, code: "currency_differs", message: `This is in ${asset}; the account is counted in ${code}.` };
}

/** A decimal without the zeros at its end that say nothing. */
function shorten(amount: string): string {
  const plain = amount.includes(".") ? amount.replace(/0{1,40}$/, "").replace(/\.$/, "") : amount;
  return plain === "-0" ? "0" : plain;
}

async function readKnown(ctx: Ctx, account: Account, rows: readonly ImportRow[]): Promise<Known> {
  const days = rows.map(({ date }) => toDayNumber(date));
  const [first, last] = days.reduce(([low, high], day) => [Math.min(low, day), Math.max(high, day)], [99_999, 0]);
  const around = {
    userId: account.userId,
    accountId: account.id,
    from: fromDayNumber(first - WINDOW_DAYS),
    to: fromDayNumber(last + WINDOW_DAYS),
    externalIds: rows.flatMap(({ externalId }) => externalId ?? []),
  };
  return await repository.readKnown(ctx, around, "");
}

interface Setting {
  readonly desk: Desk;
  readonly account: Account;
  readonly known: Known;
  readonly rules: readonly PayeeRule[];
}

interface Plan {
  readonly created: TransactionRow[];
  readonly changed: Words[];
  readonly before: Kept[];
  readonly preview: Preview[];
}

function planImport(
  ctx: Ctx,
  setting: Setting,
  { rows, file }: { rows: readonly ImportRow[]; file: ImportFile },
): Plan {
  const { known } = setting;
  const found = matchRows(
    rows.map(({ date, minor, externalId, payee }) => toIncoming({ date, amount: minor, externalId, payee })),
    known.rows.map((row) => ({ id: row.id, ...toIncoming(row) })),
    { strictIds: file.strictIds },
  );
  const byId = new Map(known.rows.map((row) => [row.id as string, row]));
  const plan: Plan = { created: [], changed: [], before: [], preview: [] };
  for (const [index, row] of rows.entries()) {
    const match = byId.get(found[index] ?? "");
    const categoryId = match ? complete(plan, match, row) : create(plan, composeRow(ctx, setting, row));
    const { line, date, amount, payee } = row;
    plan.preview.push({ line, date, amount, payee, categoryId, transactionId: match?.id ?? null });
  }
  return plan;
}

function complete({ changed, before }: Plan, match: Kept, row: ImportRow): string | null {
  const words = completeMatch(match, row);
  if (words) {
    changed.push(words);
    before.push(match);
  }
  return match.categoryId;
}

function create({ created }: Plan, row: TransactionRow): string | null {
  created.push(row);
  return row.categoryId;
}

interface Comparable {
  readonly date: string;
  readonly amount: number;
  readonly externalId: string | null;
  readonly payee: string | null;
}

function toIncoming({ date, amount, externalId, payee }: Comparable): Incoming {
  return { day: toDayNumber(date), amount, externalId, payee: payee === null ? null : foldText(payee) };
}

/**
 * What a match takes from the bank: its id, its own name of the payee, that it is cleared, and its day. Payee and notes
 * fill blanks alone. What is reconciled stays as it is. Null where nothing changes.
 */
function completeMatch(match: Kept, row: ImportRow): Words | null {
  if (match.reconciled) return null;
  const payee = match.payee ?? row.payee;
  const notes = match.notes ?? row.notes;
  const words: Words = {
    id: match.id,
    date: match.transferId === null ? row.date : match.date,
    payee,
    notes,
    importedPayee: row.payee ?? match.importedPayee,
    categoryId: match.categoryId,
    cleared: match.cleared || row.cleared,
    externalId: row.externalId ?? match.externalId,
    search: searchTextOf(payee, notes),
  };
  const same = (Object.keys(words) as (keyof Words)[]).every((name) => words[name] === match[name]);
  return same ? null : words;
}

function composeRow(ctx: Ctx, { desk, account, rules }: Setting, row: ImportRow): TransactionRow {
  const { date, minor, payee, notes, cleared, category, externalId } = row;
  const named = category === null ? null : categoryByName(desk, category);
  const categoryId = named ?? findRule(rules, payee)?.categoryId ?? null;
  const words = { payee, categoryId, notes, cleared, splits: [] };
  const made = composeTransaction(ctx, desk, { account, other: null, date, amount: minor, ...words });
  return { ...made, externalId, importedPayee: payee };
}

const folded = new WeakMap<Desk["shelf"], ReadonlyMap<string, string>>();

/** A category that the file names, as it stands or below its group. */
function categoryByName({ shelf }: Desk, name: string): string | null {
  const names =
    folded.get(shelf) ??
    new Map([...shelf.categories.values()].filter(({ archived }) => !archived).map((each) => [each.folded, each.id]));
  folded.set(shelf, names);
  return names.get(foldText(name)) ?? names.get(foldText(name.split(":").at(-1) ?? "")) ?? null;
}

export async function listImports(ctx: Ctx, page: PageRequest): Promise<Page<Import>> {
  return toPage(await repository.listImports(ctx, customerOf(ctx), page), page, (row) => row.id);
}

/** Takes an import back: what it added goes, and what it changed is as it was. */
export async function deleteImport(ctx: Ctx, id: Id<"imp">): Promise<void> {
  const row = await repository.findImport(ctx, id);
  if (row?.userId !== customerOf(ctx)) throw problems.importNotFound();
  const { created, before } = await repository.readBrought(ctx, id);
  if (created.some(({ reconciled }) => reconciled))
    throw problems.transactionReconciled({ detail: "What it brought is settled with the bank already." });
  const ids = created.map((each) => each.id);
  const statements = [
    ...repository.deleteImport(ctx, id),
    ...deleteTransactions(ctx, ids),
    ...repository.putWords(ctx, before),
  ];
  await commit(ctx, statements, { refusals: { budget_import_gone: problems.importNotFound } });
}
