import { describe, expect, it } from "vitest";
import type { Id } from "#kernel/ids";
import type { NewCheckout } from "#modules/payments";
import { createCheckout } from "#modules/payments";
import { freshId } from "../../support/actors.ts";
import { testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { rows } from "../../support/platform.ts";

const app = testApp();

function purchase(userId: Id<"user">): NewCheckout {
  return {
    provider: "sandbox",
    mode: "payment",
    userId,
    purpose: "probe",
    reference: "silver",
    revenue: "revenue:package",
    amount: 11_800,
    tax: 1_800,
    asset: "USD",
    description: "Silver",
    successPath: "/app",
    cancelPath: "/app",
  };
}

describe("a checkout of the sandbox", () => {
  it("is paid once, however often the page is sent", async () => {
    const userId = freshId("user");
    const ctx = testCtx(app);
    const { checkoutId, paymentId, checkoutUrl } = await createCheckout(ctx, purchase(userId));
    expect(checkoutUrl).toContain(`/sandbox/checkout/${checkoutId}`);
    const answers = await Promise.all(
      Array.from({ length: 16 }, async () => await app.call(`POST /sandbox/checkout/${checkoutId}/pay`)),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    await app.call("POST /dev/jobs/drain");
    const [row] = await rows("select * from payments_payments where id = ?", paymentId ?? "");
    expect(row).toMatchObject({ status: "captured", amount: 11_800, fee: 236 });
  });
});
