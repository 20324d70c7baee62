import { describe, expect, it } from "vitest";
import { planRotation, secretNames } from "../../scripts/rotation.ts";
import { parseConfig } from "../../src/platform/env.ts";

const OLD_KEYS = "k1:q3Zk0d8Xy1T5uVbN7mLwRfGhJkPsDa2Ce4Ii6Oo9ZzA";
const BASE = { ENVIRONMENT: "staging", PUBLIC_ORIGIN: "https://staging.bourse.test", FIELD_KEYS: OLD_KEYS };

describe("the rotation of a secret", () => {
  it.each(secretNames())("of %s leaves a configuration that is taken", (name) => {
    const old = name === "FIELD_KEYS" ? OLD_KEYS : "whsec_b2xkb2xkb2xkb2xkb2xkb2xk";
    const given = name.includes("EVM_HOT_KEY") ? `0x${"1".repeat(64)}` : "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3";
    const { puts, after } = planRotation(name, { old, given });
    expect(puts.map(([secret]) => secret)).toContain(name);
    expect(after.length).toBeGreaterThan(10);
    parseConfig({ ...BASE, ...Object.fromEntries(puts) });
  });

  it("of the field keys writes under the new one and reads under both", () => {
    const { puts } = planRotation("FIELD_KEYS", { old: OLD_KEYS, given: undefined });
    const { fieldKeys } = parseConfig({ ...BASE, ...Object.fromEntries(puts) });
    expect(fieldKeys.map(({ id }) => id)).toEqual(["k2", "k1"]);
    expect(`k1:${fieldKeys[1]?.key}`).toBe(OLD_KEYS);
    expect(fieldKeys[0]?.key).not.toBe(fieldKeys[1]?.key);
  });

  it.each(["STRIPE_WEBHOOK_SECRET", "RAZORPAY_WEBHOOK_SECRET"])("of %s accepts old and new meanwhile", (name) => {
    const { puts } = planRotation(name, { old: "whsec_old", given: "whsec_new" });
    const { payments } = parseConfig({ ...BASE, ...Object.fromEntries(puts) });
    const { secrets } = name.startsWith("STRIPE") ? payments.stripeWebhook : payments.razorpayWebhook;
    expect(secrets).toEqual(["whsec_new", "whsec_old"]);
  });

  it("says what it lacks, and what is no secret", () => {
    expect(() => planRotation("FIELD_KEYS", { old: undefined, given: undefined })).toThrow("Set OLD");
    expect(() => planRotation("STRIPE_SECRET_KEY", { old: "x", given: undefined })).toThrow("set NEW");
    expect(() => planRotation("PUBLIC_ORIGIN", { old: "x", given: "y" })).toThrow("is no secret");
  });
});
