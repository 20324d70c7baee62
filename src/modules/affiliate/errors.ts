import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("affiliate", {
  codeTaken: { status: 409, title: "Somebody else has this code." },
  memberNotFound: { status: 404, title: "There is no such member." },
  rateNotFound: { status: 404, title: "There is no such rate." },
  rateOver: { status: 409, title: "The rate is over already." },
  rateInThePast: { status: 422, title: "A rate begins now or later: no sale of before is touched." },
  rateEndsFirst: { status: 422, title: "A rate ends after it has begun." },
  reviewDecided: { status: 409, title: "This was decided already." },
});
