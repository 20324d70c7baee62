import type { PDFPage } from "@cantoo/pdf-lib";
import type { Fonts } from "#platform/pdf";
import { createPdf, legible } from "#platform/pdf";
import { toTimestamp } from "#kernel/time";
import type { CertificateRow } from "./repository.learning.ts";

const WIDTH = 842;
const HEIGHT = 595;
const INSET = 28;

interface Line {
  readonly text: string;
  readonly y: number;
  readonly size: number;
  readonly bold?: boolean;
}

/** A certificate as one landscape sheet, with the address where anybody can check it. */
export async function certificatePdf(row: CertificateRow, checkUrl: string): Promise<Uint8Array<ArrayBuffer>> {
  const { pdf, fonts } = await createPdf(`Certificate ${row.code}`);
  const page = pdf.addPage([WIDTH, HEIGHT]);
  page.drawRectangle({
    x: INSET,
    y: INSET,
    width: WIDTH - 2 * INSET,
    height: HEIGHT - 2 * INSET,
    borderWidth: 2,
    opacity: 0,
    borderOpacity: 0.6,
  });
  const holder = row.holderName === "" ? "The holder of this certificate" : row.holderName;
  const lines: readonly Line[] = [
    { text: "Certificate", y: 450, size: 40, bold: true },
    { text: holder, y: 370, size: 28 },
    { text: "has finished all lessons and passed all quizzes of", y: 320, size: 14 },
    { text: row.courseTitle, y: 272, size: 24, bold: true },
    { text: toTimestamp(row.issuedAt).slice(0, 10), y: 200, size: 14 },
    { text: `${row.code}   ${checkUrl}`, y: 80, size: 10 },
  ];
  for (const line of lines) center(page, fonts, line);
  return new Uint8Array(await pdf.save());
}

/** Draws a line in the middle, smaller where it would not fit. */
function center(page: PDFPage, fonts: Fonts, { text, y, size, bold = false }: Line): void {
  const font = bold ? fonts.bold : fonts.plain;
  const words = legible(text, fonts);
  const room = WIDTH - 4 * INSET;
  const fitting = Math.min(size, (size * room) / Math.max(1, font.widthOfTextAtSize(words, size)));
  const x = (WIDTH - font.widthOfTextAtSize(words, fitting)) / 2;
  page.drawText(words, { x, y, size: fitting, font });
}
