import { decodeQR } from "qr/decode.js";
import { describe, expect, it } from "vitest";
import type { QrMatrix } from "../../src/console/frame/qr-matrix.ts";
import { toQrMatrix } from "../../src/console/frame/qr-matrix.ts";

const SCALE = 4;
const QUIET = 4;

/** What a reader by other hands sees in the picture of a matrix. */
function readBack({ size, isDark }: QrMatrix): string {
  const edge = (size + QUIET * 2) * SCALE;
  const data = new Uint8Array(edge * edge * 4).fill(255);
  for (let y = 0; y < edge; y += 1) {
    for (let x = 0; x < edge; x += 1) {
      const [row, column] = [Math.floor(y / SCALE) - QUIET, Math.floor(x / SCALE) - QUIET];
      const inside = row >= 0 && column >= 0 && row < size && column < size;
      if (inside && isDark(row, column)) data.fill(0, (y * edge + x) * 4, (y * edge + x) * 4 + 3);
    }
  }
  return decodeQR({ width: edge, height: edge, data });
}

describe("a QR code", () => {
  it.each([1, 14, 15, 26, 42, 62, 84, 106, 122, 152, 153, 180])("of %i bytes is read as it was written", (length) => {
    const text = Array.from({ length }, (_, at) => String.fromCodePoint(33 + ((at * 7) % 90))).join("");
    const matrix = toQrMatrix(text);
    expect(matrix).not.toBeNull();
    if (matrix) expect(readBack(matrix)).toBe(text);
  });

  it("carries an address of a network, a link and letters of any language", () => {
    for (const text of ["0x52908400098527886E0F7030069857D2E4169EE7", "https://bourse.test/r/ADA2026", "नमस्ते – 12 €"]) {
      const matrix = toQrMatrix(text);
      expect(matrix && readBack(matrix)).toBe(text);
    }
  });

  it("is not drawn for a text that is too long", () => {
    expect(toQrMatrix("x".repeat(181))).toBeNull();
  });
});
