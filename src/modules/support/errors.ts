import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("support", {
  articleNotFound: { status: 404, title: "There is no such article." },
  ticketNotFound: { status: 404, title: "There is no such ticket." },
  ticketClosed: { status: 409, title: "The ticket is closed." },
});
