import { describe, expect, it } from "vitest";
import { aJpeg, aPng, bytesOf } from "../support/files.ts";
import { cleanFileName, inspectUpload } from "#platform/uploads";

const PICTURES = ["image/png", "image/jpeg", "image/webp"] as const;

describe("an upload", () => {
  it("is what its bytes say, with the size of a picture", () => {
    const webp = (kind: string, ...rest: number[]) => bytesOf("RIFF", [0, 0, 0, 0], `WEBP${kind}`, rest);
    const size = { width: 320, height: 200 };
    const lossy = webp("VP8 ", 0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 64, 1, 200, 0);
    const lossless = webp("VP8L", 0, 0, 0, 0, 0x2f, 0x3f, 0xc1, 0x31, 0);
    const extended = webp("VP8X", 0, 0, 0, 0, 0, 0, 0, 0, 63, 1, 0, 199, 0, 0);
    expect(inspectUpload(aPng(320, 200), PICTURES)).toEqual({ ok: true, type: "image/png", size });
    expect(inspectUpload(aJpeg(320, 200), PICTURES)).toEqual({ ok: true, type: "image/jpeg", size });
    for (const bytes of [lossy, lossless, extended])
      expect(inspectUpload(bytes, PICTURES)).toEqual({ ok: true, type: "image/webp", size });
    expect(inspectUpload(bytesOf("%PDF-1.7\n"), ["application/pdf"])).toMatchObject({ ok: true, size: null });
    expect(inspectUpload(bytesOf([0, 0, 0, 24], "ftypmp42"), ["video/mp4"])).toMatchObject({ type: "video/mp4" });
  });

  it("is refused when it is something else, broken, or a burden to decode", () => {
    const refused = (bytes: Uint8Array) => inspectUpload(bytes, PICTURES);
    expect(refused(bytesOf(""))).toEqual({ ok: false, error: "empty" });
    for (const text of [
      "<svg xmlns='http://www.w3.org/2000/svg'/>",
      "<!doctype html>",
      "%PDF-1.7",
      "MZ\u0090",
      "GIF89a",
    ])
      expect(refused(bytesOf(text))).toEqual({ ok: false, error: "type_not_allowed" });
    for (const bytes of [
      aPng(320, 200).subarray(0, 18),
      aPng(0, 200),
      aJpeg(320, 200).subarray(0, 30),
      bytesOf([0xff, 0xd8, 0xff, 0xe0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
      bytesOf("RIFF", [0, 0, 0, 0], "WEBPVP8Z"),
      bytesOf("RIFF", [0, 0, 0, 0], "WEBPVP8 "),
    ])
      expect(refused(bytes)).toEqual({ ok: false, error: "image_broken" });
    for (const [width, height] of [
      [12_001, 10],
      [10_000, 10_000],
    ] as const)
      expect(refused(aPng(width, height))).toEqual({ ok: false, error: "image_too_large" });
  });

  it("never throws, whatever follows the first bytes", () => {
    for (let round = 0; round < 2_000; round += 1) {
      const bytes = crypto.getRandomValues(new Uint8Array(round % 64));
      const heads = [aPng(9, 9), aJpeg(9, 9), bytesOf("RIFF", [0, 0, 0, 0], "WEBPVP8X")];
      bytes.set((heads[round % 3] ?? bytes).subarray(0, Math.min(bytes.length, 20)));
      expect(() => inspectUpload(bytes, PICTURES)).not.toThrow();
    }
  });

  it("gets a name that can be shown, and an ending that is true", () => {
    expect(cleanFileName("../../etc/passwd", "application/pdf")).toBe("passwd.pdf");
    expect(cleanFileName("C:\\Users\\me\\Quittung März.jpeg", "image/png")).toBe("Quittung März.png");
    expect(cleanFileName('a"; filename=x.html\r\nX: y', "image/png")).toBe("a_ filename_x.png");
    expect(cleanFileName("...", "image/webp")).toBe("file.webp");
    expect(cleanFileName("\u202egnp.exe", "video/mp4")).toBe("_gnp.mp4");
    expect([...cleanFileName("x".repeat(500), "image/png")]).toHaveLength(84);
  });
});
