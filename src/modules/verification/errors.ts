import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("verification", {
  userNotFound: { status: 404, title: "There is no such user." },
  documentNotFound: { status: 404, title: "There is no such document." },
  ownTier: { status: 409, title: "Operators cannot set their own tier." },
  documentsFull: { status: 409, title: "There are as many documents as an account may have." },
});
