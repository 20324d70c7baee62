import { draftEvent } from "#kernel/event";
import { Problem } from "#kernel/problem";
import * as ledger from "#modules/ledger";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import { scheduleDue } from "./events.ts";
import { findBankAccount } from "./repository.ts";
import type { ScheduleRow } from "./repository.sending.ts";
import * as repository from "./repository.sending.ts";
import { nextOf } from "./rules.sending.ts";
import { getBankAccount } from "./service.bank-accounts.ts";
import { openPayout } from "./service.ts";

/** Payouts by the calendar, for whoever wants them: asked for by themselves, approved and sent like all others. */

const A_PASS = 500;

export interface Scheduled extends ScheduleRow {
  /** What the bank account is paid in. */
  readonly asset: string;
}

export async function getSchedule(ctx: Ctx): Promise<Scheduled> {
  const userId = customerOf(ctx);
  const [row, account] = await Promise.all([repository.findSchedule(ctx, userId), findBankAccount(ctx, userId)]);
  if (!row || !account) throw problems.scheduleNotFound();
  return { ...row, asset: account.asset };
}

export interface PutSchedule {
  readonly interval: ScheduleRow["interval"];
  readonly leastMinor: number;
}

export async function putSchedule(ctx: Ctx, { interval, leastMinor }: PutSchedule): Promise<Scheduled> {
  const { userId, asset } = await getBankAccount(ctx);
  const { minimumMinor } = ctx.config.payouts;
  if (leastMinor < minimumMinor) {
    const least = ledger.writeAmount(minimumMinor, asset);
    throw problems.belowMinimum({ detail: `The least is ${least} ${asset}.` });
  }
  const now = ctx.now();
  const row: ScheduleRow = { userId, interval, leastMinor, nextAt: nextOf(interval, now), createdAt: now };
  await commit(ctx, [repository.putSchedule(ctx, row)], {
    audit: { action: "payoutSchedule.set", target: userId, after: { interval, leastMinor } },
  });
  return { ...row, asset };
}

export async function deleteSchedule(ctx: Ctx): Promise<void> {
  const userId = customerOf(ctx);
  await commit(ctx, [repository.deleteSchedule(ctx, userId)], {
    audit: { action: "payoutSchedule.removed", target: userId },
  });
}

/** Finds whose day has come, and puts the next one down in the same commit: no day comes twice. */
export async function runSchedules(ctx: Ctx): Promise<void> {
  for (const row of await repository.listDueSchedules(ctx, A_PASS)) {
    const { userId } = row;
    try {
      await commit(ctx, repository.advanceSchedule(ctx, row, nextOf(row.interval, ctx.now())), {
        events: [draftEvent(scheduleDue, { userId })],
      });
    } catch (error) {
      if (!isRefusedBy(error, "payouts_schedule_raced")) throw error;
    }
  }
}

/** Asks for a payout of the whole wallet, where there is enough in it. What stands against it today waits for the next day. */
export async function requestScheduled(ctx: Ctx, userId: string): Promise<void> {
  const [schedule, account] = await Promise.all([repository.findSchedule(ctx, userId), findBankAccount(ctx, userId)]);
  if (!schedule || !account) return;
  const spendable = await ledger.readSpendable(ctx, ledger.accountId("wallet:user", account.asset, userId));
  const grossMinor = Math.min(spendable, ctx.config.payouts.dayLimitMinor);
  if (grossMinor < schedule.leastMinor) return;
  try {
    await openPayout(ctx, account, grossMinor);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    ctx.log.info("A scheduled payout waits for its next day.", { module: "payouts", target: userId, code: error.code });
  }
}
