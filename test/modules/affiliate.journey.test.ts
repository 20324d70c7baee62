import { describe, expect, it } from "vitest";
import { listAccounts } from "#modules/ledger";
import { releaseDue } from "../../src/modules/affiliate/service.commissions.ts";
import { seeded } from "../support/academy.ts";
import { anOperator } from "../support/actors.ts";
import type { Affiliate } from "../support/affiliate.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { Vendor } from "../support/payments/vendor.ts";
import { expectCleanBooks } from "../support/payouts.ts";
import { freshEmail, PASSWORD, tokenFor } from "../support/people.ts";
import { rows } from "../support/platform.ts";
import { Razorpayx } from "../support/rails.ts";

const app = testApp();
const LATER = 8 * 86_400_000;
const rails = new Razorpayx(app, {
  PAYOUT_COOLING_HOURS: "0",
  PAYOUT_MINIMUM_MINOR: "10000",
  PAYOUT_SECOND_APPROVAL_MINOR: "20000",
});
const shop = new Vendor(app, "razorpay", rails.env);

interface Somebody {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Somebody who registers with another's code, proves the address and signs in. */
async function somebody(referralCode?: string): Promise<Somebody> {
  const email = freshEmail();
  const json = {
    email,
    password: PASSWORD,
    acceptTerms: true,
    ...(referralCode === undefined ? {} : { referralCode }),
  };
  await app.call("POST /api/v1/auth/register", { json });
  await app.call("POST /api/v1/auth/verify-email", { json: { token: await tokenFor(app, email, "/verify-email") } });
  const login = await app.call("POST /api/v1/auth/login", { json: { email, password: PASSWORD } });
  const { accessToken, user } = await bodyOf<{ accessToken: string; user: { id: string } }>(login);
  await shop.settle();
  return { id: user.id, headers: { Authorization: `Bearer ${accessToken}` } };
}

const affiliateOf = async ({ headers }: Somebody): Promise<Affiliate> =>
  await bodyOf(await shop.call("GET /api/v1/affiliate", { headers }));
const earningsOf = async (who: Somebody) => (await affiliateOf(who)).earnings;

async function buy({ headers, id }: Somebody, slug: string): Promise<string> {
  const answer = await shop.call(`POST /api/v1/packages/${slug}/purchase`, {
    headers: { ...headers, "Idempotency-Key": crypto.randomUUID() },
    json: { provider: "razorpay" },
  });
  const { orderId } = await bodyOf<{ orderId: string }>(answer);
  await shop.happens("authorize", { orderId });
  await shop.deliver();
  await shop.deliver();
  const [row] = await rows<{ id: string }>(
    "select payment_id as id from packages_purchases where user_id = ? and state = 'active'",
    id,
  );
  return row?.id ?? "";
}

async function walletOf({ id }: Somebody): Promise<number> {
  const [wallet] = await listAccounts(shop.ctx(), [`wallet:user:${id}:INR`]);
  return wallet ? wallet.creditsPosted - wallet.debitsPosted - wallet.debitsPending : 0;
}

const passTheWindow = async (): Promise<void> => await releaseDue(shop.ctx({ now: () => Date.now() + LATER }));

describe("A, who brought in B, who brought in C", () => {
  it("earns on C's purchase, is paid out, owes what C's refund takes back, and pays it off by the next earnings", async () => {
    await seeded(app);
    const a = await somebody();
    const b = await somebody((await affiliateOf(a)).code);
    const c = await somebody((await affiliateOf(b)).code);

    const paymentId = await buy(c, "gold");
    expect(await earningsOf(b)).toEqual([
      { asset: "INR", held: "1199.80", available: "0.00", paidOut: "0.00", owed: "0.00" },
    ]);
    expect(await earningsOf(a)).toEqual([
      { asset: "INR", held: "299.95", available: "0.00", paidOut: "0.00", owed: "0.00" },
    ]);
    await releaseDue(shop.ctx());
    expect([await walletOf(a), await walletOf(b)]).toEqual([0, 0]);
    await passTheWindow();
    expect([await walletOf(a), await walletOf(b)]).toEqual([29_995, 119_980]);

    const { headers } = a;
    expect((await rails.call("POST /api/v1/auth/step-up", { headers, json: { password: PASSWORD } })).status).toBe(204);
    const bank = { holderName: "Asha Rao", accountNumber: "000111222333", ifsc: "HDFC0001234" };
    expect((await rails.call("PUT /api/v1/affiliate/bank-account", { headers, json: bank })).status).toBe(200);
    const asked = await rails.call("POST /api/v1/affiliate/payouts", {
      headers: { ...headers, "Idempotency-Key": crypto.randomUUID() },
      json: { amount: "299.95" },
    });
    expect(asked.status).toBe(201);
    const { id } = await bodyOf<{ id: string }>(asked);
    expect(await walletOf(a)).toBe(0);
    expect(await earningsOf(a)).toMatchObject([{ held: "0.00", available: "0.00", paidOut: "0.00" }]);
    const approve = async () =>
      (await rails.call(`POST /api/v1/admin/payouts/${id}/approve`, { as: anOperator() })).json();
    expect(await approve()).toMatchObject({ status: "requested" });
    expect(await approve()).toMatchObject({ status: "approved" });
    expect((await rails.batch()).status).toBe(201);
    await rails.settle();
    const [payout] = await rails.payoutsOf(id);
    expect(payout).toMatchObject({ amount: 29_995, currency: "INR", status: "processing" });
    await rails.happens("move", { id: payout?.id, status: "processed", utr: "UTR2026112100042" });
    await rails.deliver((events) => [...events, ...events].toReversed());
    expect(await rails.payout(id)).toMatchObject({ status: "completed", net: "299.95", reference: "UTR2026112100042" });

    await shop.call(`POST /api/v1/admin/payments/${paymentId}/refund`, {
      as: anOperator(),
      json: { amount: "2999.50", reason: "Half of it was no use." },
      headers: { "Idempotency-Key": crypto.randomUUID() },
    });
    await shop.settle();
    await shop.deliver();
    // Half of 299.95 is 149.975, half to even at the last paisa.
    expect(await earningsOf(a)).toEqual([
      { asset: "INR", held: "0.00", available: "0.00", paidOut: "299.95", owed: "149.98" },
    ]);
    expect(await earningsOf(b)).toEqual([
      { asset: "INR", held: "0.00", available: "599.90", paidOut: "0.00", owed: "0.00" },
    ]);
    expect([await walletOf(a), await walletOf(b)]).toEqual([0, 59_990]);

    const d = await somebody((await affiliateOf(a)).code);
    await buy(d, "silver");
    expect(await earningsOf(a)).toEqual([
      { asset: "INR", held: "599.80", available: "0.00", paidOut: "299.95", owed: "149.98" },
    ]);
    await passTheWindow();
    expect(await walletOf(a)).toBe(59_980 - 14_998);
    expect(await earningsOf(a)).toEqual([
      { asset: "INR", held: "0.00", available: "449.82", paidOut: "299.95", owed: "0.00" },
    ]);
    expect(await affiliateOf(a)).toMatchObject({ signUps: 2, buyers: 1 });

    const month = new Date().toISOString().slice(0, 7);
    const csv = await (await rails.call(`GET /api/v1/affiliate/statements/${month}`, { headers })).text();
    const lines = csv
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(",").slice(7, 10).join(" "));
    expect(lines.toSorted()).toEqual([
      "-149.98 0.00 -149.98",
      "299.95 0.00 299.95",
      "299.95 0.00 299.95",
      "599.80 0.00 599.80",
    ]);
    const pdf = await rails.call(`GET /api/v1/affiliate/statements/${month}`, {
      headers: { ...headers, Accept: "application/pdf" },
    });
    expect(pdf.headers.get("Content-Type")).toBe("application/pdf");
    expect(new TextDecoder("latin1").decode(await pdf.arrayBuffer()).startsWith("%PDF-1.7")).toBe(true);
    await expectCleanBooks(app);
  });
});
