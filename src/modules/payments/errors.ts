import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("payments", {
  paymentNotFound: { status: 404, title: "There is no such payment." },
  orderNotFound: { status: 404, title: "There is no such order." },
  customerNotFound: { status: 404, title: "There is nothing at the payment gateway yet." },
  methodNotFound: { status: 404, title: "There is no such payment method." },
  signatureInvalid: { status: 400, title: "The signature is not good." },
  providerUnavailable: { status: 422, title: "This payment gateway is not offered here." },
  gatewayDeclined: { status: 409, title: "The payment gateway has declined." },
  gatewayUnavailable: { status: 503, title: "The payment gateway does not answer." },
  notCaptured: { status: 409, title: "The payment was not captured." },
  refundTooLarge: { status: 409, title: "This is more than is left of the payment." },
  refundRaced: { status: 409, title: "Another refund of this payment came first." },
  differenceNotFound: { status: 404, title: "There is no such difference." },
  differenceOver: { status: 409, title: "The difference is settled already." },
  paymentDisputed: { status: 409, title: "The payment is in dispute." },
});
