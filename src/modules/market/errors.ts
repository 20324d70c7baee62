import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("market", {
  symbolNotFound: { status: 404, title: "There is no such symbol." },
  symbolExists: { status: 409, title: "There is a symbol of that name." },
  importMalformed: { status: 422, title: "The file is not a table of bars." },
  importInterrupted: { status: 503, title: "The import was cut off; nothing of its last part was kept." },
  providerUnavailable: { status: 503, title: "The provider of market data does not answer." },
  priceUnavailable: { status: 503, title: "There is no index price at the moment." },
});
