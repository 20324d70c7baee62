import { describe, expect, inject, it } from "vitest";
import { verifyTicket } from "#platform/tickets";
import { verifyAccessToken } from "../../../src/modules/identity/access-token.ts";
import { stepOf } from "../../../src/modules/identity/service.factors.ts";
import { readRefreshToken } from "../../../src/modules/identity/tokens.ts";
import { testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";

const app = testApp();
const vectors = inject("vectors");
const PERIOD_MS = 30_000;
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

function read(file: string): unknown {
  return JSON.parse(vectors?.[file] ?? "{}") as unknown;
}

interface Totp {
  readonly algorithm: string;
  readonly secret_base32: string;
  readonly unix_time: number;
  readonly counter: number;
  readonly code6: string;
}

interface Hotp {
  readonly counter: number;
  readonly code: string;
}

interface Jose {
  readonly testGroups: readonly {
    readonly tests: readonly { readonly tcId: number; readonly jws?: string; readonly jwe?: string }[];
  }[];
}

interface Mac {
  readonly testGroups: readonly {
    readonly tagSize: number;
    readonly tests: readonly {
      readonly key: string;
      readonly msg: string;
      readonly tag: string;
      readonly result: string;
    }[];
  }[];
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe.skipIf(vectors === null)("a one-time code, against the vectors of its RFCs", () => {
  it("by time is the one of RFC 6238 with SHA-1, in six digits", async () => {
    const all = (read("otp/rfc6238.json") as { vectors: Totp[] }).vectors;
    const ours = all.filter(({ algorithm }) => algorithm === "SHA1");
    expect(ours).toHaveLength(6);
    for (const { secret_base32, unix_time, counter, code6 } of ours) {
      const ctx = testCtx(app, { now: () => unix_time * 1_000 });
      expect(await stepOf(ctx, secret_base32, code6)).toBe(counter);
    }
  });

  it("by time is none of those with another hash", async () => {
    const all = (read("otp/rfc6238.json") as { vectors: Totp[] }).vectors;
    const others = all.filter(({ algorithm }) => algorithm !== "SHA1");
    expect(others).toHaveLength(12);
    for (const { secret_base32, unix_time, code6 } of others) {
      const ctx = testCtx(app, { now: () => unix_time * 1_000 });
      expect(await stepOf(ctx, secret_base32, code6)).toBeNull();
    }
  });

  it("by counter is the one of RFC 4226 at that step of the clock", async () => {
    const all = (read("otp/rfc4226.json") as { vectors: Hotp[] }).vectors;
    expect(all).toHaveLength(10);
    for (const { counter, code } of all) {
      const ctx = testCtx(app, { now: () => counter * PERIOD_MS });
      expect(await stepOf(ctx, SECRET, code)).toBe(counter);
    }
  });
});

describe.skipIf(vectors === null)("what we verify, against Wycheproof", () => {
  it.each([
    ["wycheproof/json_web_signature_test.json", 401],
    ["wycheproof/json_web_crypto_test.json", 83],
    ["wycheproof/json_web_key_test.json", 26],
  ])("takes no token of %s: none is signed by us with our one algorithm", async (file, count) => {
    const tests = (read(file) as Jose).testGroups.flatMap((group) => group.tests);
    expect(tests).toHaveLength(count);
    const ctx = testCtx(app);
    for (const { jws, jwe } of tests) {
      const token = jws ?? jwe ?? "";
      const text = typeof token === "string" ? token : JSON.stringify(token);
      expect(await verifyAccessToken(ctx, text)).toBeNull();
      expect(await verifyTicket(ctx, text, { purpose: "export", audience: "identity" })).toBeNull();
      expect(await readRefreshToken(ctx.config, text)).toBeNull();
    }
  });

  it("computes HMAC-SHA-256 as its vectors say, and refuses every changed tag", async () => {
    const groups = (read("wycheproof/hmac_sha256_test.json") as Mac).testGroups.filter(
      ({ tagSize }) => tagSize === 256,
    );
    const tests = groups.flatMap((group) => group.tests);
    expect(tests.length).toBeGreaterThan(50);
    for (const { key, msg, tag, result } of tests) {
      const algorithm = { name: "HMAC", hash: "SHA-256" };
      const hmac = await crypto.subtle.importKey("raw", fromHex(key), algorithm, false, ["verify"]);
      expect(await crypto.subtle.verify("HMAC", hmac, fromHex(tag), fromHex(msg))).toBe(result === "valid");
    }
  });
});
