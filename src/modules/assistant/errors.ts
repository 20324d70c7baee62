import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("assistant", {
  conversationNotFound: { status: 404, title: "There is no such conversation." },
  tooManyConversations: { status: 409, title: "There are too many conversations; delete some first." },
  upgradeRequired: { status: 426, title: "This address speaks WebSocket." },
});
