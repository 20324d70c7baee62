import { describe, expect, it } from "vitest";
import type { Facts, Flight } from "../../durable-objects/hot-wallet/machine.ts";
import { firstOffer, FOREIGN_BLOCKS, nextStep, raiseOffer } from "../../durable-objects/hot-wallet/machine.ts";

const flight: Flight = { nonce: 7, confirmations: 12, signedAt: 1_000, foreignSince: null };
const facts: Facts = { now: 2_000, tip: 100, used: 7, mined: null, bumpMs: 5_000 };
const mined = { height: 89, succeeded: true, paid: true };

describe("a payment with its nonce", () => {
  it("is handed over again while its nonce is free, and raises its fee once it has waited long enough", () => {
    expect(nextStep(flight, facts)).toEqual({ kind: "hand-over", raise: false });
    expect(nextStep(flight, { ...facts, now: 6_000 })).toEqual({ kind: "hand-over", raise: true });
  });

  it("ends by what the chain has of it, and no earlier than its confirmations", () => {
    expect(nextStep(flight, { ...facts, used: 8, mined })).toEqual({ kind: "end", state: "confirmed" });
    const failed = { ...mined, succeeded: false, paid: false };
    expect(nextStep(flight, { ...facts, used: 8, mined: failed })).toEqual({ kind: "end", state: "failed" });
    const silent = { ...mined, paid: false };
    expect(nextStep(flight, { ...facts, used: 8, mined: silent })).toEqual({ kind: "end", state: "quarantined" });
    for (const one of [mined, failed, silent]) {
      const young = { ...facts, used: 8, mined: { ...one, height: 90 } };
      expect(nextStep(flight, young)).toEqual({ kind: "wait", confirmations: 11, foreignSince: null });
    }
  });

  it("whose nonce something else has used is believed lost only after many blocks, and never sent again", () => {
    const first = nextStep(flight, { ...facts, used: 8 });
    expect(first).toEqual({ kind: "wait", confirmations: 0, foreignSince: 100 });
    const later = { ...facts, used: 8, tip: 100 + FOREIGN_BLOCKS };
    expect(nextStep({ ...flight, foreignSince: 101 }, later)).toMatchObject({ kind: "wait" });
    expect(nextStep({ ...flight, foreignSince: 100 }, later)).toEqual({ kind: "end", state: "quarantined" });
    expect(nextStep({ ...flight, foreignSince: 500 }, later)).toMatchObject({ foreignSince: later.tip });
  });

  it("goes back to waiting when a reorganisation takes its transaction out", () => {
    expect(nextStep({ ...flight, foreignSince: 90 }, facts)).toEqual({ kind: "hand-over", raise: false });
  });
});

describe("an offer", () => {
  const last = { maxFeePerGas: 80n, maxPriorityFeePerGas: 8n };

  it("that takes another's place is at least an eighth dearer in both parts, or today's", () => {
    const cheap = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
    expect(raiseOffer(last, cheap, 1_000n)).toEqual({ maxFeePerGas: 91n, maxPriorityFeePerGas: 10n });
    const dear = { maxFeePerGas: 200n, maxPriorityFeePerGas: 20n };
    expect(raiseOffer(last, dear, 1_000n)).toEqual(dear);
  });

  it("never passes the cap", () => {
    expect(raiseOffer(last, last, 90n)).toBeNull();
    expect(firstOffer({ maxFeePerGas: 500n, maxPriorityFeePerGas: 400n }, 90n)).toEqual({
      maxFeePerGas: 90n,
      maxPriorityFeePerGas: 90n,
    });
  });
});
