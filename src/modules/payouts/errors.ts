import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("payouts", {
  bankAccountNotFound: { status: 404, title: "There is no bank account yet." },
  payoutNotFound: { status: 404, title: "There is no such payout." },
  batchNotFound: { status: 404, title: "There is no such batch." },
  scheduleNotFound: { status: 404, title: "Nothing is paid out by itself." },
  differenceNotFound: { status: 404, title: "There is no such difference." },
  differenceOver: { status: 409, title: "The difference is over already." },
  bankAccountCooling: { status: 409, title: "A new bank account can be used after some hours." },
  payoutOpen: { status: 409, title: "Another payout of yours is under way." },
  belowMinimum: { status: 422, title: "This is less than a payout's minimum." },
  dayLimitReached: { status: 409, title: "This is more than one person is paid in 24 hours." },
  ownerNotActive: { status: 409, title: "Whoever it is for is suspended." },
  illegalTransition: { status: 409, title: "The payout's state does not allow this." },
  payoutRaced: { status: 409, title: "Somebody else decided at the same time." },
  ownPayout: { status: 403, title: "Nobody decides about a payout of his own." },
  approvedByYou: { status: 409, title: "You have approved this; a second operator must." },
  nothingToSend: { status: 409, title: "No approved payout waits to be sent." },
  railDecides: { status: 409, title: "The vendor that carries this payout says what became of it." },
  payoutsHeld: { status: 503, title: "Payouts stand still while a difference with a vendor is open." },
});
