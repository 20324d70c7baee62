import type { Ctx } from "#platform/ctx";
import type { CategoryFigures, MonthFigures } from "./figures.ts";
import {
  monthAt,
  nameMonth,
  progressOf,
  readGoals,
  readMonth,
  readNetWorth,
  readTransactions,
  shiftMonth,
  write,
} from "./figures.ts";

/** What the adviser says of a person's figures. Each answer names its period, and none a figure that is not there. */

const money = ({ budget }: MonthFigures, minor: number): string => write(minor, budget.asset.code);

function nothing({ month }: Pick<MonthFigures, "month">): string {
  return `There are no figures for ${nameMonth(month)} yet. Enter or import transactions, and assign your income to categories; then I can say more.`;
}

const expenses = ({ categories }: MonthFigures): CategoryFigures[] =>
  categories.filter(({ kind }) => kind === "expense");

function list(figures: MonthFigures, rows: readonly CategoryFigures[], of: "moved" | "available"): string {
  return rows.map((row) => `${row.name} ${money(figures, Math.abs(row[of]))}`).join(", ");
}

export async function status(ctx: Ctx, month: string): Promise<string> {
  const figures = await readMonth(ctx, month);
  if (figures.empty) return nothing(figures);
  const { budget } = figures;
  const over = expenses(figures).filter(({ available }) => available < 0);
  const overspent = over.length === 0 ? "No category is overspent." : `Overspent: ${list(figures, over, "available")}.`;
  return `In ${nameMonth(month)} you have spent ${money(figures, -budget.spent)} of ${money(figures, budget.assigned)} assigned, with an income of ${money(figures, budget.income)}. ${money(figures, budget.available)} is left in categories and ${money(figures, budget.toBeBudgeted)} is not assigned. ${overspent}`;
}

export async function overspending(ctx: Ctx, month: string): Promise<string> {
  const figures = await readMonth(ctx, month);
  if (figures.empty) return nothing(figures);
  const over = expenses(figures)
    .filter(({ available }) => available < 0)
    .toSorted((a, b) => a.available - b.available);
  if (over.length === 0) return `In ${nameMonth(month)} no category is overspent.`;
  const total = over.reduce((sum, { available }) => sum - available, 0);
  return `In ${nameMonth(month)} you overspent by ${money(figures, total)}: ${list(figures, over, "available")}. Cover it from a category that has something left, or it lowers what you can assign next month.`;
}

/** Where the present month ends if the rest of it goes on as it began. */
export async function forecast(ctx: Ctx): Promise<string> {
  const figures = await readMonth(ctx, monthAt(ctx.now()));
  if (figures.empty) return nothing(figures);
  const { gone, days } = progressOf(figures.month, ctx.now());
  const spent = -figures.budget.spent;
  const ahead = Math.round((spent / Math.max(1, gone)) * days);
  const planned = figures.budget.assigned;
  const verdict =
    ahead <= planned
      ? `that is ${money(figures, planned - ahead)} below what you assigned`
      : `that is ${money(figures, ahead - planned)} above what you assigned`;
  return `After ${gone} of ${days} days of ${nameMonth(figures.month)} you have spent ${money(figures, spent)}. At this pace the month ends at ${money(figures, ahead)}; ${verdict}. It is a straight line, not a promise: rent and other large sums come on their days.`;
}

export async function netWorth(ctx: Ctx): Promise<string> {
  const worth = await readNetWorth(ctx);
  if (worth.length === 0) return "There are no accounts yet, so there is nothing to add up.";
  const parts = worth.map(({ amount, accounts }) => `${amount} in ${accounts} account${accounts === 1 ? "" : "s"}`);
  return `As of today your open accounts hold ${parts.join(" and ")}.`;
}

export async function goals(ctx: Ctx): Promise<string> {
  const rows = await readGoals(ctx);
  if (rows.length === 0)
    return "There are no goals yet. Set one with an amount and a day, and I can say what it takes.";
  const lines = rows.map(
    (goal) =>
      `- ${goal.name}: ${goal.saved} of ${goal.target} by ${goal.targetDate}; ${goal.missing} is missing, so give it ${goal.suggestedThisMonth} this month.`,
  );
  return `Your goals as of today:\n${lines.join("\n")}`;
}

export async function savings(ctx: Ctx, month: string): Promise<string> {
  const figures = await readMonth(ctx, month);
  const { income: received, spent } = figures.budget;
  if (figures.empty) return nothing(figures);
  if (received <= 0)
    return `No income is entered for ${nameMonth(month)}, so there is no savings rate; you spent ${money(figures, -spent)}.`;
  const kept = received + spent;
  const rate = ((kept / received) * 100).toFixed(1);
  return kept >= 0
    ? `In ${nameMonth(month)} you kept ${money(figures, kept)} of ${money(figures, received)}: a savings rate of ${rate} %. What leaves the account on payday is not missed later.`
    : `In ${nameMonth(month)} you spent ${money(figures, -kept)} more than the ${money(figures, received)} that came in, so nothing was saved.`;
}

export async function comparison(ctx: Ctx, month: string): Promise<string> {
  const [now, before] = await Promise.all([readMonth(ctx, month), readMonth(ctx, shiftMonth(month, -1))]);
  if (now.empty && before.empty) return nothing(now);
  const [spent, spentBefore] = [-now.budget.spent, -before.budget.spent];
  const word = spent === spentBefore ? "as much as" : spent > spentBefore ? "more than" : "less than";
  const difference = spent === spentBefore ? "" : `${money(now, Math.abs(spent - spentBefore))} `;
  return `In ${nameMonth(month)} you spent ${money(now, spent)}, ${difference}${word} in ${nameMonth(before.month)} (${money(before, spentBefore)}).`;
}

export async function biggest(ctx: Ctx, month: string): Promise<string> {
  const figures = await readMonth(ctx, month);
  const rows = expenses(figures)
    .filter(({ moved }) => moved > 0)
    .toSorted((a, b) => b.moved - a.moved)
    .slice(0, 5);
  if (rows.length === 0) return nothing(figures);
  return `In ${nameMonth(month)} most went to ${list(figures, rows, "moved")}; in all you spent ${money(figures, -figures.budget.spent)}.`;
}

export async function transactions(ctx: Ctx, month: string): Promise<string> {
  const rows = await readTransactions(ctx, { month, limit: 5 });
  if (rows.length === 0) return nothing({ month });
  const lines = rows.map(({ date, payee, amount }) => `- ${date}: ${amount}, “${payee}”`);
  return `Your newest transactions of ${nameMonth(month)}:\n${lines.join("\n")}`;
}

export async function income(ctx: Ctx, month: string): Promise<string> {
  const figures = await readMonth(ctx, month);
  if (figures.empty) return nothing(figures);
  const { budget } = figures;
  return `In ${nameMonth(month)} your income is ${money(figures, budget.income)}, ${money(figures, budget.assigned)} is assigned, and ${money(figures, budget.toBeBudgeted)} is left to assign.`;
}

/** What a question asks of a category that it names; null where it names none. The longest name counts. */
export async function category(ctx: Ctx, month: string, question: string): Promise<string | null> {
  const figures = await readMonth(ctx, month);
  const asked = question.toLowerCase();
  const [found] = figures.categories
    .filter(({ name }) => name.length > 2 && asked.includes(name.toLowerCase()))
    .toSorted((a, b) => b.name.length - a.name.length);
  if (!found) return null;
  if (found.kind === "income") return `In ${nameMonth(month)} ${money(figures, found.moved)} came in as ${found.name}.`;
  const left =
    found.available < 0
      ? `overspent by ${money(figures, -found.available)}`
      : `${money(figures, found.available)} is left`;
  return `In ${nameMonth(month)} you spent ${money(figures, found.moved)} on ${found.name}, of ${money(figures, found.assigned)} assigned; ${left}.`;
}
