import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("swap", {
  pairUnknown: { status: 409, title: "These two assets are not swapped here." },
  priceUnavailable: { status: 503, title: "There is no price for this at the moment." },
  quoteNotFound: { status: 404, title: "There is no such quote." },
  quoteExpired: { status: 409, title: "The quote is over; ask for another." },
  quoteUsed: { status: 409, title: "The quote was used already." },
  insufficientFunds: { status: 409, title: "The balance does not cover this." },
  liquidityExhausted: { status: 409, title: "There is not enough of the asset to swap into at the moment." },
  swapNotFound: { status: 404, title: "There is no such swap." },
});
