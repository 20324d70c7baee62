import type { CronJob } from "#platform/module";
import { postDue } from "./service.recurring.ts";

export const crons: readonly CronJob[] = [{ name: "budget.postRecurring", schedule: "7 * * * *", run: postDue }];
