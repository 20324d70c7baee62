import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("wallet", {
  assetNotFound: { status: 404, title: "There are no wallets in this asset." },
  depositNotFound: { status: 404, title: "There is no such deposit." },
  userNotFound: { status: 404, title: "Nobody has this address." },
});
