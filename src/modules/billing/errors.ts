import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("billing", {
  planRequired: { status: 402, title: "Your plan does not include this." },
  planNotFound: { status: 404, title: "There is no such plan." },
  planChanged: { status: 409, title: "The plan was changed meanwhile." },
  planNotSold: { status: 422, title: "The plan is not sold this way." },
  subscriptionNotFound: { status: 404, title: "You have no subscription." },
  subscriptionExists: { status: 409, title: "You have a subscription already." },
  subscriptionUnchanged: { status: 409, title: "The subscription is this way already." },
  subscriptionInactive: { status: 409, title: "The subscription's state does not allow this." },
  subscriptionChanged: { status: 409, title: "The subscription was changed meanwhile." },
  changeInProgress: { status: 409, title: "Another change of the subscription is under way." },
  checkoutInProgress: { status: 409, title: "Another checkout is being opened." },
  trialUsed: { status: 409, title: "You have had your trial." },
});
