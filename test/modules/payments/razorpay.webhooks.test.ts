import { describe, expect, it } from "vitest";
import { isSigned } from "../../../src/modules/gateways/razorpay.webhooks.ts";
import { testApp } from "../../support/app.ts";
import { rows } from "../../support/platform.ts";
import { hmacHex, RAZORPAY_SECRET, Vendor } from "../../support/payments/vendor.ts";
import published from "../../vectors/razorpay-webhook.json";

const app = testApp();
const razorpay = new Vendor(app, "razorpay");

describe("a signature of Razorpay", () => {
  const send = async (body: string, signature: string) =>
    (await razorpay.call("POST /webhooks/razorpay", { body, headers: { "X-Razorpay-Signature": signature } })).status;

  it("agrees with the published vectors", async () => {
    const secret = "EnLs21M47BllR3X8PSFtjtbd";
    expect(await hmacHex(secret, "order_IEIaMR65cu6nz3|pay_IH4NVgf4Dreq1l")).toBe(
      "0d4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f",
    );
    const known: readonly (readonly [string, string, string])[] = [
      [
        secret,
        "order_IEIaMR65cu6nz3|pay_IH4NVgf4Dreq1l",
        "0d4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f",
      ],
      [
        secret,
        "pay_IDZNwZZFtnjyym|sub_ID6MOhgkcoHj9I",
        "601f383334975c714c91a7d97dd723eb56520318355863dcf3821c0d07a17693",
      ],
      [
        secret,
        "plink_IH3cNucfVEgV68|TSsd1989|paid|pay_IH3d0ara9bSsjQ",
        "07ae18789e35093e51d0a491eb9922646f3f82773547e5b0f67ee3f2d3bf7d5b",
      ],
      ["123456", '{"a":1,"b":2,"c":{"d":3}}', "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc"],
      [
        "key_secret",
        "fake_order_id|fake_payment_id",
        "b2335e3b0801106b84a7faff035df56ecffde06918c9ddd1f0fafbb37a51cc89",
      ],
    ];
    for (const [key, message, signature] of known) {
      expect(await isSigned(key, message, signature)).toBe(true);
      expect(await isSigned(key, `${message} `, signature)).toBe(false);
      expect(await isSigned(`${key}x`, message, signature)).toBe(false);
      expect(await isSigned(key, message, signature.toUpperCase())).toBe(false);
      expect(await isSigned(key, message, signature.slice(2))).toBe(false);
    }
  });

  it("of the published webhook is of its 971 bytes, and of no others", async () => {
    const { secret, signature, bytes, event } = published;
    const body = `${JSON.stringify(event, null, 2)}\n`;
    expect(new TextEncoder().encode(body)).toHaveLength(bytes);
    expect(await isSigned(secret, body, signature)).toBe(true);
    expect(await isSigned(secret, body.trimEnd(), signature)).toBe(false);
    expect(await isSigned(secret, JSON.stringify(event), signature)).toBe(false);
  });

  it("is of the raw body: the final newline counts, and so does every blank", async () => {
    const body = '{\n  "entity": "event",\n  "event": "payment.downtime.started",\n  "payload": {}\n}\n';
    const signature = await hmacHex(RAZORPAY_SECRET, body);
    expect(await send(body.trimEnd(), signature)).toBe(400);
    expect(await send(JSON.stringify(JSON.parse(body)), signature)).toBe(400);
    expect(await send(body, signature)).toBe(200);
  });

  it("by the secret before is taken, by any other refused", async () => {
    const body = JSON.stringify({ event: "refund.speed_changed", payload: { at: crypto.randomUUID() } });
    expect(await send(body, await hmacHex("razorpay_before", body))).toBe(200);
    expect(await send(body, await hmacHex("razorpay_other", body))).toBe(400);
    expect(await send(body, "")).toBe(400);
  });

  it("under another event id, or under none, is the same event: the id is signed by nobody", async () => {
    const body = JSON.stringify({ event: "payment.downtime.started", payload: { at: crypto.randomUUID() } });
    const signature = await hmacHex(RAZORPAY_SECRET, body);
    for (const id of ["one", "two", null]) {
      const headers = { "X-Razorpay-Signature": signature, ...(id === null ? {} : { "X-Razorpay-Event-Id": id }) };
      expect((await razorpay.call("POST /webhooks/razorpay", { body, headers })).status).toBe(200);
    }
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body))).toHex();
    expect(await rows("select event_id from gateways_webhooks where event_id = ?", hash)).toHaveLength(1);
  });

  it("does not make an event of what is none", async () => {
    expect(await send("[]", await hmacHex(RAZORPAY_SECRET, "[]"))).toBe(400);
    expect(await send("no", await hmacHex(RAZORPAY_SECRET, "no"))).toBe(400);
  });

  it("of another account's event moves nothing", async () => {
    const own = new Vendor(app, "razorpay", { RAZORPAY_ACCOUNT_ID: "acc_own" });
    const payload = { payment: { entity: { id: "pay_foreign" } } };
    await own.send({ event: "payment.captured", account_id: "acc_other", payload });
    expect(await rows("select reason from gateways_webhooks where object_id = 'pay_foreign'")).toEqual([
      { reason: "foreign_account" },
    ]);
  });
});
