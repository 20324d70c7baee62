import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("affiliate", {
  codeTaken: { status: 409, title: "Somebody else has this code." },
  memberNotFound: { status: 404, title: "There is no such member." },
  reviewDecided: { status: 409, title: "This was decided already." },
});
