import type { Id } from "#kernel/ids";
import { defineJob } from "#platform/module";
import { documentSettled, mailReceipt } from "./service.ts";

export const jobs = [
  defineJob("invoicing.mailReceipt", documentSettled, async (ctx, { data }) => {
    await mailReceipt(ctx, data.documentId as Id<"inv">);
  }),
] as const;
