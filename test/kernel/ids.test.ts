import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ID_PREFIXES, isId, makeId } from "#kernel/ids";

const entropy = fc.uint8Array({ minLength: 10, maxLength: 10 });
const times = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** The 128 bits behind an id, read the slow way. */
function bitsOf(id: string): bigint {
  const suffix = id.slice(id.indexOf("_") + 1);
  return Array.from(suffix).reduce((bits, char) => bits * 32n + BigInt(ALPHABET.indexOf(char)), 0n);
}

function uuidOf(id: string): string {
  const hex = bitsOf(id).toString(16).padStart(32, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

describe("an id", () => {
  it("is the TypeID of the UUIDv7 that RFC 9562 gives as its example", () => {
    const bytes = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidOf(makeId("user", 0x017f22e279b0, bytes))).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  });

  it("is spelled as the TypeID specification spells it", () => {
    const bytes = Uint8Array.from([0x77, 0x4b, 0xbc, 0xce, 0xb3, 0x02, 0x09, 0x9a, 0x80, 0x57]);
    expect(makeId("user", 0x01890a5dac96, bytes)).toBe("user_01h455vb4pex5vsknk084sn02q");
  });

  it("always carries its time, version 7 and the RFC's variant", () => {
    fc.assert(
      fc.property(times, entropy, (time, bytes) => {
        const bits = bitsOf(makeId("tkt", time, bytes));
        expect(bits >> 80n).toBe(BigInt(time));
        expect((bits >> 76n) & 15n).toBe(7n);
        expect((bits >> 62n) & 3n).toBe(2n);
      }),
    );
  });

  it("sorts by time", () => {
    fc.assert(
      fc.property(fc.tuple(times, times), fc.tuple(entropy, entropy), ([a, b], [first, second]) => {
        fc.pre(a !== b);
        expect(makeId("tkt", a, first) < makeId("tkt", b, second)).toBe(a < b);
      }),
    );
  });

  it("is recognised under its own prefix alone", () => {
    const prefixes = fc.constantFrom(...ID_PREFIXES);
    fc.assert(
      fc.property(fc.tuple(prefixes, prefixes), times, entropy, ([own, other], time, bytes) => {
        expect(isId(other, makeId(own, time, bytes))).toBe(own === other);
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["its prefix alone", "tkt_"],
    ["no prefix", "01h455vb4pex5vsknk084sn02q"],
    ["capitals", "tkt_01H455VB4PEX5VSKNK084SN02Q"],
    ["more than 128 bits", "tkt_8zzzzzzzzzzzzzzzzzzzzzzzzz"],
    ["letters that base32 leaves out", "tkt_01h455vb4pex5vsknk084snu2i"],
    ["one too few", "tkt_01h455vb4pex5vsknk084sn02"],
    ["one too many", "tkt_01h455vb4pex5vsknk084sn02qq"],
    ["a line end", "tkt_01h455vb4pex5vsknk084sn02\n"],
    ["a dash", "tkt-01h455vb4pex5vsknk084sn02q"],
    ["a path", "tkt_../../../../../../etc/passw"],
  ])("is not %s", (_, text) => {
    expect(isId("tkt", text)).toBe(false);
  });

  it("is not made of a time or of randomness that does not fit", () => {
    const bytes = new Uint8Array(10);
    for (const time of [-1, 2 ** 48, 0.5, Number.NaN, Infinity])
      expect(() => makeId("tkt", time, bytes)).toThrow(RangeError);
    expect(() => makeId("tkt", 0, new Uint8Array(9))).toThrow(RangeError);
  });
});
