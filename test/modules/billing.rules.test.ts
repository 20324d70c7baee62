import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { DAY } from "#kernel/time";
import { prorate } from "#modules/payments";
import { personOf } from "../../src/modules/billing/rules.person.ts";
import type { Standing } from "../../src/modules/billing/rules.subscription.ts";
import {
  entitledLevel,
  GRACE_MS,
  happeningOf,
  monthlyRevenue,
  moveOf,
  movementOf,
  STATUSES,
} from "../../src/modules/billing/rules.subscription.ts";
import { figuresOf } from "../../src/modules/revenue/rules.ts";

const { seed } = inject("random");
const RANKS = { free: 0, basic: 1, pro: 2, enterprise: 3 };
const NOW = Date.UTC(2026, 10, 20);

function standing(overrides: Partial<Standing> = {}): Standing {
  return {
    level: "pro",
    interval: "month",
    status: "active",
    amountMinor: 2_900,
    currentPeriodStart: NOW,
    cancelAtPeriodEnd: false,
    scheduledLevel: null,
    scheduledInterval: null,
    pastDueSince: null,
    ...overrides,
  };
}

describe("what somebody may use", () => {
  it("is the plan while it is tried, paid for, or owed for no longer than the grace, and else the free one", () => {
    const entitled = STATUSES.filter((status) => entitledLevel(standing({ status, pastDueSince: NOW }), NOW) === "pro");
    expect(entitled).toEqual(["trialing", "active", "past_due"]);
    const owed = standing({ status: "past_due", pastDueSince: NOW });
    expect(entitledLevel(owed, NOW + GRACE_MS - 1)).toBe("pro");
    expect(entitledLevel(owed, NOW + GRACE_MS)).toBe("free");
    expect(entitledLevel(null, NOW)).toBe("free");
  });
});

describe("the monthly revenue", () => {
  it("counts active and past-due subscriptions, yearly ones by twelfths, half to even", () => {
    expect(STATUSES.filter((status) => monthlyRevenue(standing({ status })) > 0)).toEqual(["active", "past_due"]);
    expect(monthlyRevenue(standing({ interval: "year", amountMinor: 29_000 }))).toBe(2_417);
    expect(monthlyRevenue(standing({ interval: "year", amountMinor: 6 }))).toBe(0);
    expect(monthlyRevenue(standing({ interval: "year", amountMinor: 18 }))).toBe(2);
    expect(monthlyRevenue(null)).toBe(0);
  });

  it("moves by what lies between, whatever a life looks like", () => {
    const state = fc.record({
      status: fc.constantFrom(...STATUSES),
      interval: fc.constantFrom("month" as const, "year" as const),
      amountMinor: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 30 }), (life) => {
        let before = 0;
        let paid = false;
        let sum = 0;
        for (const next of life) {
          const after = monthlyRevenue(next);
          const kind = movementOf(before, after, paid);
          expect(kind === null).toBe(before === after);
          if (kind === "new") expect(paid).toBe(false);
          if (kind === "reactivation") expect(paid).toBe(true);
          if (kind !== null) paid = true;
          sum += after - before;
          before = after;
        }
        return sum === monthlyRevenue(life.at(-1) ?? null);
      }),
      { seed },
    );
  });
});

describe("a change of plan", () => {
  it("goes up at once and down when the period is over", () => {
    const move = (level: "free" | "basic" | "pro" | "enterprise", interval: "month" | "year", of = standing()) =>
      moveOf(of, { level, interval }, RANKS);
    expect(move("enterprise", "month")).toBe("upgrade");
    expect(move("pro", "year")).toBe("upgrade");
    expect(move("basic", "year")).toBe("downgrade");
    expect(move("pro", "month", standing({ interval: "year" }))).toBe("downgrade");
    expect(move("free", "month")).toBe("cancel");
    expect(move("free", "month", standing({ cancelAtPeriodEnd: true }))).toBe("none");
    expect(move("pro", "month")).toBe("none");
    expect(move("basic", "month", standing({ scheduledLevel: "basic" }))).toBe("none");
    for (const status of ["past_due", "unpaid", "paused", "incomplete", "canceled"] as const)
      expect(move("enterprise", "month", standing({ status }))).toBe("refused");
  });

  it("costs what its lines add up to, and never more than a period of the dearer plan", () => {
    const amount = fc.integer({ min: 1, max: 10_000_000 });
    const price = (plan: string, net: number, tax: number) =>
      ({ plan, name: plan, interval: "month", net, tax, asset: "USD" }) as const;
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 0, max: 31 * DAY }),
        (a, b, taxBps, at) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          const tax = (net: number): number => Math.round((net * taxBps) / 10_000);
          const change = { from: price("basic", low, tax(low)), to: price("pro", high, tax(high)) };
          const { lines, amountDue } = prorate(change, { start: NOW, end: NOW + 31 * DAY }, NOW + at);
          expect(lines.reduce((sum, line) => sum + line.amount, 0)).toBe(amountDue);
          expect(amountDue).toBeGreaterThanOrEqual(-1);
          expect(amountDue).toBeLessThanOrEqual(high + tax(high) - low - tax(low) + 2);
        },
      ),
      { seed },
    );
  });

  it("is told in the weightiest word alone", () => {
    const told = (before: Partial<Standing> | null, after: Partial<Standing>) =>
      happeningOf(before && standing(before), standing(after), RANKS);
    expect(told(null, {})).toBe("started");
    expect(told(null, { status: "incomplete" })).toBeNull();
    expect(told({ status: "incomplete" }, {})).toBe("started");
    expect(told({}, { level: "enterprise" })).toBe("upgraded");
    expect(told({}, { scheduledLevel: "basic" })).toBe("downgraded");
    expect(told({}, { cancelAtPeriodEnd: true })).toBe("cancelled");
    expect(told({ cancelAtPeriodEnd: true }, {})).toBe("resumed");
    expect(told({}, { currentPeriodStart: NOW + DAY })).toBe("renewed");
    expect(told({}, { status: "canceled" })).toBe("ended");
    expect(told({ status: "past_due" }, { status: "unpaid" })).toBe("ended");
    expect(told({ status: "unpaid" }, { status: "canceled" })).toBeNull();
    expect(told({ status: "unpaid" }, {})).toBe("resumed");
    expect(told({}, { status: "past_due" })).toBeNull();
  });
});

describe("a person", () => {
  it("is the same under every spelling of the address that leads to them", () => {
    expect(personOf("Ada.Lovelace+trial@Gmail.com")).toBe("adalovelace@gmail.com");
    expect(personOf("ada.lovelace+2@example.com")).toBe("ada.lovelace@example.com");
    expect(personOf("adalovelace@example.com")).not.toBe(personOf("ada.lovelace@example.com"));
  });
});

describe("the figures of a period", () => {
  it("follow from its movements, and divide by nothing nowhere", () => {
    const start = [{ asset: "USD", level: "pro" as const, mrrMinor: 10_000, customers: 4 }];
    const end = [
      { asset: "USD", level: "pro" as const, mrrMinor: 9_000, customers: 3 },
      { asset: "USD", level: "basic" as const, mrrMinor: 2_000, customers: 2 },
      { asset: "INR", level: "pro" as const, mrrMinor: 5, customers: 1 },
    ];
    const moved = [
      { asset: "USD", kind: "new" as const, movedMinor: 3_000, count: 2 },
      { asset: "USD", kind: "churn" as const, movedMinor: -2_500, count: 1 },
      { asset: "USD", kind: "contraction" as const, movedMinor: -500, count: 1 },
      { asset: "USD", kind: "expansion" as const, movedMinor: 1_000, count: 1 },
    ];
    expect(figuresOf({ asset: "USD", start, end, moved, costsMinor: 5_001 })).toMatchObject({
      mrrMinor: 11_000,
      arrMinor: 132_000,
      customers: 5,
      arpuMinor: 2_200,
      customerChurnBps: 2_500,
      ltvMinor: 8_800,
      revenueChurnBps: 3_000,
      netRevenueChurnBps: 2_000,
      cacMinor: 2_500,
      movements: { new: 3_000, expansion: 1_000, contraction: -500, churn: -2_500, reactivation: 0 },
    });
    expect(figuresOf({ asset: "INR", start: [], end: [], moved: [], costsMinor: 7 })).toMatchObject({
      mrrMinor: 0,
      arpuMinor: null,
      ltvMinor: null,
      customerChurnBps: null,
      cacMinor: null,
    });
  });
});
