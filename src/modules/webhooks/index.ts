import type { Module } from "#platform/module";
import { jobs } from "./jobs.ts";
import { commit } from "#platform/commit";
import { eraseUser, exportUser, giveUpWaiting } from "./repository.ts";
import { routes } from "./routes.ts";

export type { Announced } from "./service.deliveries.ts";
export { announce } from "./service.deliveries.ts";

/** A user's own endpoints, which are told of things by signed calls. Other modules say what happened by `announce`. */
export const webhooks = {
  name: "webhooks",
  required: true,
  tags: { Webhooks: "Your own endpoints, which are told of things by calls that Standard Webhooks describes." },
  routes,
  jobs,
  afterRestore: async (ctx) => {
    await commit(ctx, [giveUpWaiting(ctx)]);
  },
  exportUser,
  eraseUser: (ctx, userId) => Promise.resolve(eraseUser(ctx, userId)),
} as const satisfies Module;
