import type { PDFDocument, PDFFont } from "@cantoo/pdf-lib";

/** The standard fonts of every reader, whose letters are the Latin ones. */
export interface Fonts {
  readonly plain: PDFFont;
  readonly bold: PDFFont;
  readonly known: ReadonlySet<number>;
}

/** Begins a document. The library is loaded when the first one is written: most requests never need it. */
export async function createPdf(title: string): Promise<{ readonly pdf: PDFDocument; readonly fonts: Fonts }> {
  const { PDFDocument: Document, StandardFonts } = await import("@cantoo/pdf-lib");
  const pdf = await Document.create();
  pdf.setTitle(title);
  const [plain, bold] = await Promise.all([
    pdf.embedFont(StandardFonts.Helvetica),
    pdf.embedFont(StandardFonts.HelveticaBold),
  ]);
  return { pdf, fonts: { plain, bold, known: new Set(plain.getCharacterSet()) } };
}

/** What the standard fonts can show; another letter becomes its Latin base, or a question mark. */
export function legible(text: string, { known }: Fonts): string {
  return Array.from(text.normalize("NFC"))
    .map((char) => {
      if (known.has(char.codePointAt(0) ?? 0)) return char;
      const [letter = ""] = char.normalize("NFD");
      return known.has(letter.codePointAt(0) ?? 0) ? letter : "?";
    })
    .join("");
}
