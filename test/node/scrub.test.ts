import { describe, expect, it } from "vitest";
import { scrub } from "../../src/platform/log.ts";

/** Beginnings of what the patterns look for, which never come to what they need. */
const PIECES = [
  ...[
    "a",
    "1",
    "a1",
    "A1",
    "aA1/",
    "1-",
    "1 (",
    "1.",
    "@",
    "a@",
    "a.",
    "%40",
    "a:",
    "1:",
    "::",
    "f:",
    "/",
    "+",
    "_",
    "=",
  ],
  ...[
    "eyJaaaaa.",
    "bearer ",
    "basic",
    "password=",
    "pass",
    "secret ",
    "0x",
    "0x1",
    "bc1",
    "T1",
    "sk_",
    "tkt_0",
    "\uE000",
    " ",
    "(",
  ],
];

/** The costliest of many texts of 50 kB, in milliseconds of this process's own work, whatever else the machine does. */
function costliest(texts: readonly string[]): number {
  return Math.max(
    ...texts.map((text) => {
      const before = process.cpuUsage();
      scrub(text);
      return process.cpuUsage(before).user / 1_000;
    }),
  );
}

/** A pattern that backtracks over 50 kB squares it, which takes seconds; a straight one takes some milliseconds. */
const SQUARED_MS = 1_000;

describe("scrubbing", () => {
  it("says the same of a text however often it comes, and whatever came between", () => {
    const id = "req_01k0gq2v9eft6tmd4y6n3k9b2x";
    const texts = {
      "POST /auth/login": "POST /auth/login",
      [id]: id,
      "834029": "[redacted]",
      [`${id} a@b.c`]: `${id} [redacted]`,
    };
    for (let round = 0; round < 3; round += 1) {
      for (const [text, expected] of Object.entries(texts)) expect(scrub(text)).toBe(expected);
      for (let other = 0; other < 600; other += 1) scrub(`word ${"x".repeat(other % 70)} ${other}`);
    }
  });

  it.each(PIECES)("never backtracks over 50 kB of %j, alone and beside all others", (piece) => {
    const units = [piece, ...PIECES.map((other) => piece + other)];
    const texts = units.flatMap((unit) =>
      ["", "!", "@"].map((end) => unit.repeat(Math.ceil(50_000 / unit.length)) + end),
    );
    expect(costliest(texts)).toBeLessThan(SQUARED_MS);
  });
});
