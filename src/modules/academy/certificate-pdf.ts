import type { Sheet } from "#platform/pdf";
import { createPdf, widthOf } from "#platform/pdf";
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
export function certificatePdf(row: CertificateRow, checkUrl: string): Uint8Array<ArrayBuffer> {
  const pdf = createPdf(`Certificate ${row.code}`);
  const page = pdf.addPage(WIDTH, HEIGHT);
  page.drawFrame({ x: INSET, y: INSET, width: WIDTH - 2 * INSET, height: HEIGHT - 2 * INSET, thickness: 2 });
  const holder = row.holderName === "" ? "The holder of this certificate" : row.holderName;
  const lines: readonly Line[] = [
    { text: "Certificate", y: 450, size: 40, bold: true },
    { text: holder, y: 370, size: 28 },
    { text: "has finished all lessons and passed all quizzes of", y: 320, size: 14 },
    { text: row.courseTitle, y: 272, size: 24, bold: true },
    { text: toTimestamp(row.issuedAt).slice(0, 10), y: 200, size: 14 },
    { text: `${row.code}   ${checkUrl}`, y: 80, size: 10 },
  ];
  for (const line of lines) center(page, line);
  return pdf.save();
}

/** Draws a line in the middle, smaller where it would not fit. */
function center(page: Sheet, { text, y, size, bold = false }: Line): void {
  const font = bold ? "Helvetica-Bold" : "Helvetica";
  const room = WIDTH - 4 * INSET;
  const fitting = Math.min(size, (size * room) / Math.max(1, widthOf(text, font, size)));
  page.drawText(text, { x: (WIDTH - widthOf(text, font, fitting)) / 2, y, size: fitting, font });
}
