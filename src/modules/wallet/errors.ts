import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("wallet", {
  assetNotFound: { status: 404, title: "There are no wallets in this asset." },
  depositsClosed: { status: 409, title: "Deposits of this asset are closed for now." },
  withdrawalsClosed: { status: 409, title: "Withdrawals of this asset are closed for now." },
  depositNotFound: { status: 404, title: "There is no such deposit." },
  addressNotFound: { status: 404, title: "There is no such address in the book." },
  addressKnown: { status: 409, title: "The address is in the book already." },
  addressCooling: { status: 409, title: "The address is too new to be used." },
  withdrawalNotFound: { status: 404, title: "There is no such withdrawal." },
  withdrawalMoved: { status: 409, title: "The withdrawal is past this." },
  limitReached: { status: 409, title: "This passes a limit of your verification tier." },
  depositNotRipe: { status: 409, title: "A deposit cannot leave yet." },
  ownWithdrawal: { status: 409, title: "Operators cannot decide over their own withdrawal." },
  alreadyAgreed: { status: 409, title: "You have agreed to this already; another operator must." },
  incidentNotFound: { status: 404, title: "There is no such incident." },
  incidentClosed: { status: 409, title: "The incident is closed." },
  exportEmpty: { status: 409, title: "Nothing waits to be sent." },
  txidTaken: { status: 409, title: "This transaction pays another withdrawal." },
  userNotFound: { status: 404, title: "Nobody has this address." },
});
