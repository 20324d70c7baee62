import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("admin", {
  flagNotFound: { status: 404, title: "There is no such flag." },
  jobNotFound: { status: 404, title: "There is no such dead letter." },
});
