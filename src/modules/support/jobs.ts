import type { Id } from "#kernel/ids";
import { defineJob } from "#platform/module";
import { acknowledgeTicket, ticketOpened } from "./service.ts";

export const jobs = [
  defineJob("support.acknowledgeTicket", ticketOpened, async (ctx, event) => {
    await acknowledgeTicket(ctx, event.data.ticketId as Id<"tkt">);
  }),
] as const;
