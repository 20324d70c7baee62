import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("legal", {
  versionNotCurrent: { status: 409, title: "This version of the document does not hold any more." },
});
