import { PDFDocument, StandardFonts } from "@cantoo/pdf-lib";
import { describe, expect, it } from "vitest";
import type { Pdf } from "#platform/pdf";
import { createPdf, widthOf } from "#platform/pdf";

/** Opened again by a library that is not ours: every page's texts with where they stand. */
async function read(pdf: Pdf) {
  const document = await PDFDocument.load(pdf.save(), { throwOnInvalidObject: true });
  const texts = document
    .getPages()
    .map((page) =>
      page
        .extractContents()
        .flatMap((asset) => (asset.kind === "text" ? [{ text: asset.getText(), x: asset.x, y: asset.y }] : [])),
    );
  return { document, texts };
}

describe("a PDF", () => {
  it("is read by another library with its title, its pages and its texts", async () => {
    const pdf = createPdf("Invoice № 7 – Größe");
    pdf.addPage(595, 842).drawText("Größe (1) \\ 5 €", { x: 56, y: 700, size: 10 });
    const second = pdf.addPage(842, 595);
    second.drawText("Second", { x: 10.5, y: 20, size: 12, font: "Helvetica-Bold" });
    second.drawLine({ from: [0, 0], to: [10, 10], width: 0.5 });
    second.drawFrame({ x: 1, y: 1, width: 5, height: 5, thickness: 2 });
    const { document, texts } = await read(pdf);
    expect(document.getTitle()).toBe("Invoice № 7 – Größe");
    expect(document.getPages().map((page) => page.getSize())).toEqual([
      { width: 595, height: 842 },
      { width: 842, height: 595 },
    ]);
    expect(texts).toEqual([[{ text: "Größe (1) \\ 5 €", x: 56, y: 700 }], [{ text: "Second", x: 10.5, y: 20 }]]);
  });

  it("shows the base of a letter that its fonts lack, or a question mark", async () => {
    const pdf = createPdf("");
    pdf.addPage(100, 100).drawText("Łódź ě ₹ 你", { x: 0, y: 0, size: 10 });
    expect((await read(pdf)).texts).toEqual([[expect.objectContaining({ text: "?ódz e ? ?" })]]);
  });

  it("breaks a text between words, and a word that is too wide within", async () => {
    const pdf = createPdf("");
    const lines = pdf
      .addPage(300, 300)
      .drawText("one two three aaaaaaaaaaaaaaaaaaaa", { x: 5, y: 100, size: 10, maxWidth: 60, lineHeight: 12 });
    const [texts = []] = (await read(pdf)).texts;
    expect(texts.map(({ text }) => text)).toEqual(["one two", "three", "aaaaaaaaaa", "aaaaaaaaaa"]);
    expect(texts.map(({ y }) => y)).toEqual([100, 88, 76, 64]);
    expect(lines).toBe(4);
  });

  it("knows how wide each letter is", async () => {
    const pdf = await PDFDocument.create();
    const plain = await pdf.embedFont(StandardFonts.Helvetica);
    const bold = await pdf.embedFont(StandardFonts.HelveticaBold);
    const letters = plain.getCharacterSet().map((code) => String.fromCodePoint(code));
    expect(letters.length).toBeGreaterThan(200);
    for (const letter of letters) {
      expect(widthOf(letter, "Helvetica", 1_000), letter).toBeCloseTo(plain.widthOfTextAtSize(letter, 1_000), 6);
      expect(widthOf(letter, "Helvetica-Bold", 1_000), letter).toBeCloseTo(bold.widthOfTextAtSize(letter, 1_000), 6);
    }
  });
});
