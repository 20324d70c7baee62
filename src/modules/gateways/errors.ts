import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("gateways", {
  signatureInvalid: { status: 400, title: "The signature is not good." },
  bodyInvalid: { status: 400, title: "The body is signed, but it is not an event." },
  eventNotFound: { status: 404, title: "There is no such event." },
  checkoutNotFound: { status: 404, title: "There is no such checkout." },
  nothingToDispute: { status: 409, title: "There is nothing to dispute." },
  checkoutClosed: { status: 409, title: "The checkout is over." },
});
