import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("scanner", {
  expressionInvalid: { status: 422, title: "The expression cannot be read." },
  scheduleInvalid: { status: 422, title: "The schedule cannot be read." },
  universeInvalid: { status: 422, title: "The universe names what is not there." },
  scanNotFound: { status: 404, title: "There is no such scan." },
  runNotFound: { status: 404, title: "There is no such run." },
  watchlistNotFound: { status: 404, title: "There is no such watchlist." },
  scanChanged: { status: 409, title: "The scan was changed meanwhile." },
  noData: { status: 503, title: "There is no market data yet." },
});
