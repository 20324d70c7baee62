import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("budget", {
  accountNotFound: { status: 404, title: "There is no such account." },
  allocationNotFound: { status: 404, title: "There is no such allocation." },
  categoryNotFound: { status: 404, title: "There is no such category." },
  goalNotFound: { status: 404, title: "There is no such goal." },
  importNotFound: { status: 404, title: "There is no such import." },
  recurringNotFound: { status: 404, title: "There is no such series." },
  ruleNotFound: { status: 404, title: "There is no such rule." },
  transactionNotFound: { status: 404, title: "There is no such transaction." },
  accountClosed: { status: 409, title: "The account is closed." },
  accountInUse: { status: 409, title: "The account has transactions." },
  allocationExists: { status: 409, title: "The category has an allocation in this month." },
  amountsOutOfRange: { status: 409, title: "The amounts add up to more than can be counted." },
  balanceDiffers: { status: 409, title: "The cleared balance is another." },
  budgetAssetInUse: { status: 409, title: "The budget is counted in another asset." },
  categoryExists: { status: 409, title: "A category of this name is in use." },
  categoryInUse: { status: 409, title: "The category has allocations or transactions." },
  changedMeanwhile: { status: 409, title: "This was changed by another call in the meantime." },
  tooMany: { status: 409, title: "There are as many of these as one account may have." },
  transactionReconciled: { status: 409, title: "The transaction is reconciled." },
});
