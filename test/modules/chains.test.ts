import { describe, expect, it } from "vitest";
import type { UnsignedTransaction } from "#modules/chains";
import { addressOfKey, signExternally, signWithKey, toMinor, toRaw } from "#modules/chains";
import { acceptSigned } from "../../src/modules/chains/evm.sender.ts";
import type { Sighting, Tracked } from "../../src/modules/wallet/rules.deposits.ts";
import { judgeDeposit } from "../../src/modules/wallet/rules.deposits.ts";

const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const OTHER = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
const unsigned: UnsignedTransaction = {
  chainId: 31_337,
  nonce: 0,
  to: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
  value: "1000000000000000000",
  data: "0x",
  gas: "21000",
  maxFeePerGas: "2000000000",
  maxPriorityFeePerGas: "1000000000",
};

describe("a transaction", () => {
  it("is signed to the same bytes again", async () => {
    expect(await signWithKey(KEY, unsigned)).toEqual(await signWithKey(KEY, unsigned));
  });

  it("from an external signer is taken only if it is the very one, by the right key", async () => {
    const from = addressOfKey(KEY);
    const signed = await signWithKey(KEY, unsigned);
    expect(await acceptSigned(signed.raw, unsigned, from)).toEqual(signed);
    for (const change of [
      { nonce: 1 },
      { chainId: 1 },
      { to: from },
      { value: "1000000000000000001" },
      { data: "0x00" },
      { gas: "21001" },
      { maxFeePerGas: "2000000001" },
      { maxPriorityFeePerGas: "1" },
    ]) {
      const { raw } = await signWithKey(KEY, { ...unsigned, ...change });
      expect(await acceptSigned(raw, unsigned, from)).toBeNull();
    }
    const { raw } = await signWithKey(OTHER, unsigned);
    for (const bytes of [raw, "0x", "0x02", "garbage"]) expect(await acceptSigned(bytes, unsigned, from)).toBeNull();
  });

  it("is not signed where the external signer cannot be reached", async () => {
    const signer = { url: "http://127.0.0.1:1", secret: "s".repeat(32), address: addressOfKey(KEY), timeoutMs: 500 };
    expect(await signExternally(signer, { id: "wdr_1.0", unsigned, now: Date.now() })).toBeNull();
  });
});

describe("an amount of a chain", () => {
  it("comes down to the ledger's unit, and what is below it is kept apart", () => {
    expect(toMinor(1_500_000_000_000_000_001n, 18, 9)).toEqual({ minor: 1_500_000_000n, remainder: 1n });
    expect(toMinor(999_999_999n, 18, 9)).toEqual({ minor: 0n, remainder: 999_999_999n });
    expect(toMinor(5n, 6, 6)).toEqual({ minor: 5n, remainder: 0n });
    expect(toMinor(5n, 0, 2)).toEqual({ minor: 500n, remainder: 0n });
  });

  it("goes back to the chain exactly, or not at all", () => {
    expect(toRaw(1_500_000_000, 9, 18)).toBe(1_500_000_000_000_000_000n);
    expect(toRaw(500, 2, 0)).toBe(5n);
    expect(() => toRaw(501, 2, 0)).toThrow(RangeError);
  });
});

describe("a deposit", () => {
  const deposit: Tracked = {
    status: "confirming",
    output: "log:0",
    address: "0xA",
    amount: 5,
    required: 3,
    missingSince: null,
  };
  const seen: Sighting = { output: "log:0", address: "0xA", amount: 5, height: 10, blockHash: "0xb" };
  const judge = (of: Partial<Tracked>, sightings: readonly Sighting[], tip: number, minDeposit = 1) =>
    judgeDeposit({ ...deposit, ...of }, sightings, { tip, minDeposit });

  it("is credited at its confirmations and not before", () => {
    expect(judge({}, [seen], 11)).toMatchObject({
      kind: "track",
      status: "confirming",
      standing: { confirmations: 2 },
    });
    expect(judge({}, [seen], 12)).toMatchObject({ kind: "credit", standing: { confirmations: 3 } });
    expect(judge({}, [{ ...seen, height: null }], 99)).toMatchObject({ kind: "track", status: "detected" });
    expect(judge({}, [seen], 99, 6)).toMatchObject({ kind: "track", status: "detected" });
  });

  it("is what stands at its very place: another amount, address or output is not it", () => {
    for (const other of [{ amount: 6 }, { address: "0xB" }, { output: "log:1" }])
      expect(judge({}, [{ ...seen, ...other }], 12)).toMatchObject({ kind: "track", standing: { missingSince: 12 } });
  });

  it("is given up when it was missing from three further blocks; once credited, that is an incident", () => {
    expect(judge({ missingSince: 12 }, [], 14)).toMatchObject({ kind: "track", status: "confirming" });
    expect(judge({ missingSince: 12 }, [], 15)).toMatchObject({ kind: "orphan" });
    expect(judge({ status: "credited", missingSince: 12 }, [], 14)).toMatchObject({
      kind: "track",
      status: "credited",
    });
    expect(judge({ status: "credited", missingSince: 12 }, [], 15)).toMatchObject({ kind: "incident" });
    expect(judge({ missingSince: 50 }, [], 15)).toMatchObject({ standing: { missingSince: 15 } });
    expect(judge({ status: "credited" }, [seen], 99)).toMatchObject({ kind: "track", status: "credited" });
  });
});
