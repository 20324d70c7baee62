import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("p2p", {
  adNotFound: { status: 404, title: "There is no such ad." },
  adClosed: { status: 409, title: "The ad is closed." },
  adPaused: { status: 409, title: "The ad is paused." },
  adChanged: { status: 409, title: "The ad was changed meanwhile; look at it again." },
  adExhausted: { status: 409, title: "The ad has less left than this." },
  adLimitReached: { status: 409, title: "You have as many ads as an account may have." },
  ownAd: { status: 409, title: "This is your own ad." },
  traderBlocked: { status: 409, title: "You and this trader do not trade with each other." },
  linkedAccount: { status: 409, title: "The two accounts belong together." },
  tradingLimitReached: { status: 409, title: "This passes a limit of your account." },
  traderLimitReached: { status: 409, title: "The trader cannot take on more for now." },
  cancellationLimitReached: { status: 409, title: "Too many of your latest trades were cancelled." },
  traderNotFound: { status: 404, title: "There is no such trader." },
  blockNotFound: { status: 404, title: "You have not blocked this trader." },
  blockSelf: { status: 409, title: "You cannot block yourself." },
  feedbackGiven: { status: 409, title: "You have given feedback on this trade." },
  methodNotFound: { status: 404, title: "There is no such payment method." },
});
