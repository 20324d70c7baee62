import { toDate } from "#kernel/time";
import { registrationRequested, userRegistered } from "#modules/identity";
import { paymentCaptured } from "#modules/payments";
import { commit } from "#platform/commit";
import type { CronJob, Module } from "#platform/module";
import { defineJob } from "#platform/module";
import { observe } from "./memory.ts";
import * as repository from "./repository.ts";
import { routes } from "./routes.ts";
import { takeRollups } from "./service.ts";

export type { HealthInput, HealthPart } from "./rules.ts";
export { HEALTH_FORMULA, healthParts, healthScore } from "./rules.ts";
export { findDay, getAnalytics } from "./service.ts";

const crons: readonly CronJob[] = [{ name: "analytics.takeRollups", schedule: "11 * * * *", run: takeRollups }];

const jobs = [
  defineJob("analytics.countRegistration", registrationRequested, async (ctx, event) => {
    await commit(ctx, [repository.addCount(ctx, { day: toDate(event.occurredAt), name: "registered", amount: 1 })]);
  }),
  defineJob("analytics.countAccount", userRegistered, async (ctx, event) => {
    await commit(ctx, [repository.addPerson(ctx, event.data.userId, toDate(event.occurredAt))]);
  }),
  defineJob("analytics.countPayment", paymentCaptured, async (ctx, event) => {
    await commit(ctx, [repository.markPaid(ctx, event.data.userId, toDate(event.occurredAt))]);
  }),
] as const;

/** What is used, by how many, and how far people come: daily rollups of what requests leave behind. */
export const analytics = {
  name: "analytics",
  routes,
  jobs,
  crons,
  observe,
  exportUser: repository.exportUser,
  eraseUser: async (ctx, userId) => await Promise.resolve(repository.eraseUser(ctx, userId)),
} as const satisfies Module;
