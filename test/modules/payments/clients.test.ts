import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Ctx } from "#platform/ctx";
import { GatewayFailure, readStripe, writeStripe } from "#modules/gateways";
import { callRazorpay } from "../../../src/modules/gateways/razorpay.client.ts";
import { testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { Vendor } from "../../support/payments/vendor.ts";

const app = testApp();
const anything = z.object({ id: z.string() });

/** What a call comes to, in our words. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "answered";
  } catch (error) {
    if (error instanceof GatewayFailure) return `${error.state} ${error.code}`;
    throw error;
  }
}

/** Faults, and what they mean for a call that only reads and for one that changes something. */
const STRIPE = [
  ["fail", "unavailable vendor_error", "unknown vendor_error"],
  ["hang", "unavailable no_answer", "unknown no_answer"],
  ["refuse", "unavailable status_429", "unavailable status_429"],
  ["deny", "declined declined", "declined declined"],
  ["take-and-garble", "unknown answer_malformed", "unknown answer_malformed"],
] as const;

describe("a call of Stripe", () => {
  const read = async (ctx: Ctx, id: string) =>
    await outcomeOf(readStripe(ctx, anything, async (client) => await client.customers.retrieve(id)));
  const write = async (ctx: Ctx) =>
    await outcomeOf(
      writeStripe(ctx, anything, {
        key: crypto.randomUUID(),
        call: async (client, options) => await client.customers.create({}, options),
      }),
    );

  it("comes to what may have happened: nothing for a read, nobody knows for a change", async () => {
    const vendor = new Vendor(app, "stripe");
    expect(await write(vendor.ctx())).toBe("answered");
    const { id } = await vendor.newest("cus");
    expect(await read(vendor.ctx(), id)).toBe("answered");
    for (const [fault, reading, writing] of STRIPE) {
      await vendor.plan("GET /v1/customers/:id", fault);
      expect(await read(vendor.ctx(), id), fault).toBe(reading);
      await vendor.plan("POST /v1/customers", fault);
      expect(await write(vendor.ctx()), fault).toBe(writing);
    }
  });

  it("says what is missing, and that there are no keys or wrong ones", async () => {
    const vendor = new Vendor(app, "stripe");
    expect(await read(vendor.ctx(), "cus_nowhere")).toBe("missing resource_missing");
    expect(await read(testCtx(app), "cus_1")).toBe("unavailable gateway_not_configured");
    const stranger = vendor.ctx({ env: { STRIPE_SECRET_KEY: "rk_nobody_knows_this_key" } });
    expect(await read(stranger, "cus_1")).toBe("unavailable status_401");
    const down = vendor.ctx({ env: { STRIPE_API_BASE: "http://127.0.0.1:1", STRIPE_SECRET_KEY: "sk_test_down_0001" } });
    expect(await write(down)).toBe("unknown no_answer");
  });
});

describe("a call of Razorpay", () => {
  const read = async (ctx: Ctx, path: string) => await outcomeOf(callRazorpay(ctx, anything, { method: "GET", path }));
  const write = async (ctx: Ctx) =>
    await outcomeOf(callRazorpay(ctx, anything, { method: "POST", path: "orders", body: { amount: 100 } }));

  it("comes to what may have happened: nothing for a read, nobody knows for a change", async () => {
    const vendor = new Vendor(app, "razorpay");
    expect(await write(vendor.ctx())).toBe("answered");
    const { id } = await vendor.newest("order");
    expect(await read(vendor.ctx(), `orders/${id}`)).toBe("answered");
    for (const [fault, reading, writing] of STRIPE) {
      await vendor.plan("GET /v1/orders/:id", fault);
      expect(await read(vendor.ctx(), `orders/${id}`), fault).toBe(reading);
      await vendor.plan("POST /v1/orders", fault);
      expect(await write(vendor.ctx()), fault).toBe(writing);
    }
  });

  it("says what is missing, and that there are no keys or wrong ones", async () => {
    const vendor = new Vendor(app, "razorpay");
    expect(await read(vendor.ctx(), "orders/order_nowhere")).toBe("missing resource_missing");
    expect(await read(vendor.ctx(), "nowhere")).toBe("missing resource_missing");
    expect(await read(testCtx(app), "orders/x")).toBe("unavailable gateway_not_configured");
    const stranger = vendor.ctx({ env: { RAZORPAY_KEY_SECRET: "another" } });
    expect(await read(stranger, "orders/x")).toBe("unavailable status_401");
  });
});
