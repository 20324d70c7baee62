import { findAccountByEmail } from "#modules/identity";
import { addMonths, toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { actFor, defaultAccountOf } from "./owner.ts";
import { putAllocations } from "./repository.allocations.ts";
import { findProfile } from "./repository.books.ts";
import { readCategories } from "./repository.categories.ts";
import { insertTransactions } from "./repository.transactions.ts";
import { composeTransaction, openAccount } from "./service.compose.ts";
import { createGoal } from "./service.goals.ts";
import { putProfile } from "./service.profile.ts";
import { readDrawer } from "./service.transactions.ts";

const OWNER = "learner@bourse.test";
const MONTHS = 3;

/** What comes in and goes out each month: day, category, payee, amount in minor units. */
const MONTHLY: readonly (readonly [day: string, category: string, payee: string, amount: number])[] = [
  ["01", "Salary", "Bright Ltd", 8_500_000],
  ["02", "Rent or mortgage", "Landlord", -2_200_000],
  ["05", "Electricity and water", "City Power", -185_000],
  ["06", "Phone and internet", "Airwave", -99_900],
  ["08", "Groceries", "Fresh Market", -312_450],
  ["11", "Eating out", "Corner Cafe", -78_000],
  ["12", "Transport", "Metro", -50_000],
  ["15", "Groceries", "Fresh Market", -287_300],
  ["18", "Leisure", "Cinema Royal", -64_000],
  ["20", "Health", "Care Pharmacy", -41_250],
];

/** What each month gives to its categories. */
const ASSIGNED: Readonly<Record<string, number>> = {
  "Rent or mortgage": 2_200_000,
  "Electricity and water": 200_000,
  "Phone and internet": 100_000,
  Groceries: 700_000,
  "Eating out": 150_000,
  Transport: 150_000,
  Health: 100_000,
  Leisure: 120_000,
  "Emergency fund": 1_000_000,
  Travel: 500_000,
};

/** Gives a person of the demonstration three months of a budget, unless there is one. */
export async function seed(ctx: Ctx, { demo }: { readonly demo: boolean }): Promise<void> {
  if (!demo || !ctx.config.development) return;
  const account = await findAccountByEmail(ctx, OWNER);
  if (!account || (await findProfile(ctx, account.id))) return;
  const owner = actFor(ctx, account.id);
  await putProfile(owner, { asset: "INR", country: "IN", starter: true });
  const categories = await readCategories(owner, account.id);
  const idOf = (name: string): string | null => categories.find((each) => each.name === name)?.id ?? null;
  const drawer = await readDrawer(owner);
  const everyday = openAccount(drawer.shelf, defaultAccountOf(account.id));
  const today = toDate(ctx.now());
  const months = Array.from({ length: MONTHS }, (_, index) => addMonths(today.slice(0, 7), index + 1 - MONTHS));
  const rows = months.flatMap((month) =>
    MONTHLY.filter(([day]) => `${month}-${day}` <= today).map(([day, category, payee, amount]) => {
      const words = { payee, categoryId: idOf(category), notes: null, cleared: true, splits: [] };
      return composeTransaction(owner, drawer, {
        account: everyday,
        other: null,
        date: `${month}-${day}`,
        amount,
        ...words,
      });
    }),
  );
  const given = months.flatMap((month) =>
    Object.entries(ASSIGNED).flatMap(([name, amount]) => {
      const categoryId = idOf(name);
      return categoryId === null ? [] : [{ id: owner.newId("alloc"), month, categoryId, amount }];
    }),
  );
  await commit(owner, [...insertTransactions(owner, rows), putAllocations(owner, account.id, given)]);
  const targetDate = `${addMonths(today.slice(0, 7), 6)}-28`;
  await createGoal(owner, { name: "Himalaya trip", categoryId: idOf("Travel"), targetAmount: "60000.00", targetDate });
}
