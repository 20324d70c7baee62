import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("trades", {
  adNotFound: { status: 404, title: "There is no such ad." },
  tradeNotFound: { status: 404, title: "There is no such trade." },
  notYourPart: { status: 403, title: "Your side of the trade cannot do this." },
  illegalTransition: { status: 409, title: "The trade is past this, or not there yet." },
  versionStale: { status: 409, title: "The trade has moved on since you looked at it." },
  extensionTooLong: { status: 409, title: "The window cannot be made this long." },
  disputeNotFound: { status: 404, title: "There is no such dispute." },
  disputeClosed: { status: 409, title: "The dispute is over." },
  notAssigned: { status: 409, title: "The dispute is assigned to somebody else." },
  ownDispute: { status: 409, title: "Nobody decides over a trade of their own." },
  assigneeUnfit: { status: 409, title: "Only an administrator who has no part in the trade can be assigned." },
  nothingProposed: { status: 409, title: "No decision waits to be confirmed." },
  ownProposal: { status: 409, title: "Another administrator must confirm this." },
  evidenceNotFound: { status: 404, title: "There is no such file." },
  evidenceFull: { status: 409, title: "There are as many files as a side may hand in." },
  insufficientFunds: { status: 409, title: "The balance does not cover this." },
  upgradeRequired: { status: 426, title: "This address speaks over a WebSocket." },
});
