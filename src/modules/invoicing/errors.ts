import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("invoicing", {
  invoiceNotFound: { status: 404, title: "There is no such invoice." },
});
