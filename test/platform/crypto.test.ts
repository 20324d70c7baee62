import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FieldCipherError,
  createFieldCipher,
  equalInConstantTime,
  fromBase64Url,
  randomToken,
  sha256Hex,
  toBase64Url,
  toHex,
} from "#platform/crypto";

const k1 = { id: "k1", key: toBase64Url(new Uint8Array(32).fill(1)) };
const k2 = { id: "k2", key: toBase64Url(new Uint8Array(32).fill(2)) };
const PLACE = "identity_factors.secret:user_1";

describe("an encrypted field", () => {
  const cipher = createFieldCipher([k1]);

  it("comes back as it was, whatever it holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string(), async (text, place) => {
        expect(await cipher.decrypt(await cipher.encrypt(text, place), place)).toBe(text);
      }),
      { numRuns: 50 },
    );
    for (const text of ["", "\ufeffmark", "\u0000", "x".repeat(100_000)]) {
      expect(await cipher.decrypt(await cipher.encrypt(text, PLACE), PLACE)).toBe(text);
    }
  });

  it("never looks the same twice, and holds nothing in clear", async () => {
    const sealed = await Promise.all(Array.from({ length: 50 }, async () => cipher.encrypt("JBSWY3DPEHPK3PXP", PLACE)));
    expect(new Set(sealed).size).toBe(50);
    for (const text of sealed) expect(text).toMatch(/^k1\.[\w-]{16}\.[\w-]{43}$/);
  });

  it("is bound to its place", async () => {
    const sealed = await cipher.encrypt("secret", PLACE);
    for (const place of ["", "identity_factors.secret:user_2", "identity_factors.other:user_1", `${PLACE} `])
      await expect(cipher.decrypt(sealed, place)).rejects.toBeInstanceOf(FieldCipherError);
  });

  it("is refused with any character changed, cut or added", async () => {
    const sealed = await cipher.encrypt("secret", PLACE);
    for (let index = 0; index < sealed.length; index += 1) {
      const char = sealed[index] === "A" ? "B" : "A";
      const changed = `${sealed.slice(0, index)}${char}${sealed.slice(index + 1)}`;
      const spelledOtherwise = await cipher.decrypt(changed, PLACE).catch((error: unknown) => error);
      // The last character of base64 carries bits that nobody reads.
      if (index !== sealed.length - 1) expect(spelledOtherwise).toBeInstanceOf(FieldCipherError);
    }
    for (const text of [
      "",
      "k1",
      "k1.",
      "k1..",
      `${sealed}.x`,
      sealed.slice(0, -2),
      sealed.replace("k1", "k9"),
      "k1.!.!",
      "plain text",
    ])
      await expect(cipher.decrypt(text, PLACE)).rejects.toBeInstanceOf(FieldCipherError);
  });

  it("stays readable while keys are rotated, and says when it should be written anew", async () => {
    const old = await createFieldCipher([k1]).encrypt("secret", PLACE);
    const rotated = createFieldCipher([k2, k1]);
    expect(await rotated.decrypt(old, PLACE)).toBe("secret");
    expect(rotated.isStale(old)).toBe(true);
    const fresh = await rotated.encrypt("secret", PLACE);
    expect(fresh.startsWith("k2.")).toBe(true);
    expect(rotated.isStale(fresh)).toBe(false);
    await expect(createFieldCipher([k2]).decrypt(old, PLACE)).rejects.toThrow("not configured");
    await expect(createFieldCipher([{ ...k1, key: k2.key }]).decrypt(old, PLACE)).rejects.toBeInstanceOf(
      FieldCipherError,
    );
    expect(() => createFieldCipher([])).toThrow(FieldCipherError);
  });
});

describe("bytes and texts", () => {
  it("are compared whole, whatever their lengths", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (a, b) => {
        expect(await equalInConstantTime(a, b)).toBe(a === b);
        expect(await equalInConstantTime(a, a)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("are written in base64url and hex and read back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(toBase64Url(bytes)).toMatch(/^[\w-]*$/);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
        expect(toHex(bytes)).toMatch(/^([0-9a-f]{2})*$/);
      }),
    );
  });

  it("are hashed as the standard's example says", async () => {
    expect(await sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("that are random do not repeat", () => {
    const tokens = Array.from({ length: 1_000 }, () => randomToken());
    expect(new Set(tokens).size).toBe(1_000);
    expect(tokens.every((token) => /^[\w-]{43}$/.test(token))).toBe(true);
    expect(randomToken(16)).toHaveLength(22);
  });
});
