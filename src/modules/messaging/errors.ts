import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("messaging", {
  notificationNotFound: { status: 404, title: "There is no such notification." },
  broadcastNotFound: { status: 404, title: "There is no such broadcast." },
  broadcastFinished: { status: 409, title: "The broadcast has reached everybody." },
  channelUnavailable: { status: 422, title: "This kind does not go by that channel." },
  kindLocked: { status: 422, title: "What concerns the safety of an account cannot be switched off." },
  providerFailed: { status: 503, title: "The provider did not take the message." },
});
