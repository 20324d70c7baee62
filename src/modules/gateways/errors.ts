import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("gateways", {
  signatureInvalid: { status: 400, title: "The signature is not good." },
  bodyInvalid: { status: 400, title: "The body is signed, but it is not an event." },
  eventNotStored: { status: 503, title: "The event could not be stored in time." },
  eventNotFound: { status: 404, title: "There is no such event." },
  checkoutNotFound: { status: 404, title: "There is no such checkout." },
  outcomeUnknown: { status: 422, title: "A dispute is won or lost." },
  nothingToDispute: { status: 409, title: "There is nothing to dispute." },
  checkoutClosed: { status: 409, title: "The checkout is over." },
});
