import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("packages", {
  packageNotFound: { status: 404, title: "There is no such package." },
  packageOwned: { status: 409, title: "You have this package, or one that holds it." },
  packageRaced: { status: 409, title: "Somebody else changed the package at the same time." },
  rankTaken: { status: 409, title: "Another package has this rank." },
  slugTaken: { status: 409, title: "Another package has this name in its address." },
  notPriced: { status: 422, title: "The package has no price in this currency." },
});
