import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { gauges, readiness } from "./readiness.ts";
import { rootRoutes } from "./routes.root.ts";
import { routes } from "./routes.ts";
import { tokensUsed } from "./service.allowance.ts";
import { eraseUser, exportUser } from "./service.ts";

export type { Acquaintance, Answered, Prepared } from "./turn.ts";
export { answer, interruptedEnding, prepare, release } from "./service.answer.ts";
export { applyProposal } from "#modules/adviser";
export { deliverReport, writeReport } from "./service.reports.ts";
export { isWelcome } from "./service.sockets.ts";

const tags = { Assistant: "Conversations with the assistant, and what they cost." } as const;

/** Conversations with an assistant that knows the figures of whoever asks. */
export const assistant = {
  name: "assistant",
  routes,
  rootRoutes,
  tags,
  jobs,
  crons,
  readiness,
  gauges,
  usage: async (ctx, userId) => ({ assistantTokensPerMonth: await tokensUsed(ctx, userId) }),
  exportUser,
  eraseUser,
} as const satisfies Module;
