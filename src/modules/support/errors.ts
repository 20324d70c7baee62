import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("support", {
  articleNotFound: { status: 404, title: "There is no such article." },
  ticketNotFound: { status: 404, title: "There is no such ticket." },
  ticketUnanswered: { status: 409, title: "The ticket has no answer yet." },
  ticketMoved: { status: 409, title: "The ticket has moved meanwhile." },
  assigneeUnfit: { status: 422, title: "That is no operator." },
  cannedAnswerNotFound: { status: 404, title: "There is no such canned answer." },
  ticketClosed: { status: 409, title: "The ticket is closed." },
});
