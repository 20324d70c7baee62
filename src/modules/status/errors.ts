import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("status", {
  incidentNotFound: { status: 404, title: "There is no such incident." },
  incidentResolved: { status: 409, title: "The incident is over." },
});
