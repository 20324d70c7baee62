import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("billing", {
  planRequired: { status: 402, title: "Your plan does not include this." },
  planNotFound: { status: 404, title: "There is no such plan." },
  planChanged: { status: 409, title: "The plan was changed meanwhile." },
});
