import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { DAY } from "#kernel/time";
import { audit } from "#modules/ledger";
import { bodyOf, testApp } from "../support/app.ts";
import { Customer, drain, setClock } from "../support/billing.ts";
import type { Subscription } from "../support/billing.ts";
import { anOperator } from "../support/actors.ts";
import { testCtx } from "../support/ctx.ts";
import { rows } from "../support/platform.ts";
import { Random } from "../support/random.ts";

const { nightly, seed } = inject("random");
const LIVES = nightly ? 60 : 3;
const STEPS = nightly ? 24 : 9;
const PLANS = ["basic", "pro", "enterprise"] as const;
const app = testApp();

beforeAll(async () => {
  setClock(Date.UTC(2028, 0, 31, 10));
  await app.call("PUT /api/v1/admin/tax-rates/IN", {
    as: anOperator(),
    json: { rates: [{ name: "GST", rateBps: 1_800 }] },
  });
});
afterAll(() => vi.useRealTimers());

const minorOf = (amount: string): number => Math.round(Number(amount) * 100);

/** What a subscription adds to the revenue, from what the API says of it. */
function revenueOf(subscription: Subscription | null): number {
  if (!subscription || !["active", "past_due"].includes(subscription.status)) return 0;
  const minor = minorOf(subscription.amount);
  return subscription.interval === "year" ? Math.round(minor / 12) : minor;
}

async function current(customer: Customer): Promise<Subscription | null> {
  const answer = await customer.call("GET /api/v1/billing/subscription");
  return answer.status === 200 ? await bodyOf<Subscription>(answer) : null;
}

/** One thing that somebody may do, or that time may do to them. */
async function step(customer: Customer, random: Random): Promise<string> {
  const interval = random.of(["month", "month", "year"] as const);
  const plan = random.of(PLANS);
  const act = random.of([
    "subscribe",
    "change",
    "change",
    "cancel",
    "cancelNow",
    "resume",
    "wait",
    "wait",
    "wait",
  ] as const);
  if (act === "subscribe") {
    const answer = await customer.checkout({ plan, interval, trial: random.chance(0.4) });
    const { checkoutId } = await bodyOf<{ checkoutId?: string }>(answer);
    if (checkoutId !== undefined) await customer.pay(checkoutId, random.of(["works", "works", "fails_later"]));
  } else if (act === "change") {
    await expectPreview(customer, plan, interval);
    await customer.change(random.chance(0.1) ? "free" : plan, interval);
  } else if (act === "cancel") await customer.cancel(true);
  else if (act === "cancelNow") await customer.cancel(false);
  else if (act === "resume") await customer.resume();
  else vi.setSystemTime(Date.now() + random.between(1, 40) * DAY + random.between(0, DAY));
  // A snapshot of each day's revenue follows from the movements: it is looked at once, when all lives are over.
  await drain(app, ["revenue"]);
  return `${act} ${plan} ${interval}`;
}

/** Proration adds up to the minor unit. */
async function expectPreview(customer: Customer, plan: string, interval: string): Promise<void> {
  const answer = await customer.call("POST /api/v1/billing/subscription/preview", { plan, interval });
  if (answer.status !== 200) return;
  const { lines, amountDue } = await bodyOf<{ lines: { amount: string }[]; amountDue: string }>(answer);
  expect(lines.reduce((sum, { amount }) => sum + minorOf(amount), 0)).toBe(minorOf(amountDue));
}

/** What must be true of somebody at every moment. */
async function expectLaws(customer: Customer): Promise<void> {
  const subscription = await current(customer);
  const { userId } = customer.as;
  const entitled = subscription !== null && ["active", "trialing"].includes(subscription.status);
  if (entitled) expect(await customer.plan()).toBe(subscription.plan);
  else if (subscription?.status !== "past_due") expect(await customer.plan()).toBe("free");
  const [moved] = await rows<{ sum: number }>(
    "select coalesce(sum(after_minor - before_minor), 0) as sum from billing_movements where user_id = ?",
    userId,
  );
  expect(moved?.sum).toBe(revenueOf(subscription));
  const [documented] = await rows<{ sum: number }>(
    "select coalesce(sum(total_minor), 0) as sum from invoicing_documents where user_id = ? and status = 'paid'",
    userId,
  );
  expect(documented?.sum).toBe(await customer.paid());
  const [trials] = await rows<{ n: number }>("select count(*) as n from billing_trials where user_id = ?", userId);
  expect(trials?.n).toBeLessThanOrEqual(1);
}

/** Each day's snapshot moves by what it names, and the last one is what all movements come to. */
async function expectSnapshots(): Promise<void> {
  await drain(app);
  const wrong = await rows(
    `select date, asset from (select *, lag(mrr_minor, 1, 0) over (partition by asset order by date) as before
       from revenue_snapshots)
     where mrr_minor - before <> new_minor + expansion_minor + contraction_minor + churn_minor + reactivation_minor`,
  );
  expect(wrong).toEqual([]);
}

describe("whatever somebody does with a subscription", () => {
  it(
    "the plan follows its state, the movements add up to the revenue, and what was paid is documented",
    async () => {
      const random = new Random(seed);
      for (let life = 0; life < LIVES; life += 1) {
        const customer = await Customer.signUp(app);
        if (random.chance(0.5)) {
          await rows("update identity_users set country = 'IN' where id = ? returning id", customer.as.userId);
        }
        const story: string[] = [];
        try {
          for (let count = 0; count < STEPS; count += 1) {
            story.push(await step(customer, random));
            await expectLaws(customer);
          }
          // Nobody is left behind, so that a life costs the same however many came before it.
          await customer.cancel(false);
          await drain(app, ["revenue"]);
          await expectLaws(customer);
          expect(await customer.plan()).toBe("free");
        } catch (cause) {
          throw new Error(`TEST_SEED=${seed}, life ${life}: ${story.join("; ")}`, { cause });
        }
      }
      await expectSnapshots();
      const gaps = await rows(
        "select series from invoicing_series s where last <> (select count(*) from invoicing_documents d where d.series = s.series)",
      );
      expect(gaps).toEqual([]);
      expect((await audit(testCtx(app))).ok).toBe(true);
    },
    nightly ? 600_000 : 60_000,
  );
});
