import type { PDFPage } from "@cantoo/pdf-lib";
import type { Fonts } from "#platform/pdf";
import { createPdf, legible } from "#platform/pdf";
import type { Page } from "./page.ts";

const WIDTH = 595;
const HEIGHT = 842;
const MARGIN = 56;
const STEP = 16;
const FOOT = 80;

/** The next free height on the sheet, and how to begin another one. */
interface Pen {
  page: PDFPage;
  y: number;
  readonly turn: () => PDFPage;
}

/** Writes a document as a PDF: A4, the standard fonts, whose Latin letters stand in every reader. */
export async function writePdf(content: Page): Promise<Uint8Array<ArrayBuffer>> {
  const { pdf, fonts } = await createPdf(`${content.title} ${content.number}`);
  const turn = (): PDFPage => pdf.addPage([WIDTH, HEIGHT]);
  const pen: Pen = { page: turn(), y: HEIGHT - MARGIN - 20, turn };
  pen.page.drawText(content.title, { x: MARGIN, y: pen.y, size: 22, font: fonts.bold });
  advance(pen, 2.5);
  for (const line of content.seller) put(pen, fonts, line);
  advance(pen, 1);
  for (const line of content.buyer) put(pen, fonts, line);
  advance(pen, 1);
  for (const [label, value] of content.facts) putPair(pen, fonts, { label, value, x: 160, bold: false });
  advance(pen, 1);
  for (const [label, value] of content.rows) putPair(pen, fonts, { label, value, x: null, bold: false });
  rule(pen);
  for (const [index, [label, value]] of content.totals.entries()) {
    putPair(pen, fonts, { label, value, x: null, bold: index === content.totals.length - 1 });
  }
  return new Uint8Array(await pdf.save());
}

function put(pen: Pen, fonts: Fonts, text: string): void {
  pen.page.drawText(legible(text, fonts), { x: MARGIN, y: pen.y, size: 10, font: fonts.plain });
  advance(pen, 1);
}

interface Pair {
  readonly label: string;
  readonly value: string;
  /** Where the value begins; null for the right margin, where it ends. */
  readonly x: number | null;
  readonly bold: boolean;
}

function putPair(pen: Pen, fonts: Fonts, { label, value, x, bold }: Pair): void {
  const font = bold ? fonts.bold : fonts.plain;
  const text = legible(value, fonts);
  const at = x ?? WIDTH - MARGIN - font.widthOfTextAtSize(text, 10);
  pen.page.drawText(text, { x: at, y: pen.y, size: 10, font });
  const room = at - MARGIN - 12;
  const words = legible(label, fonts);
  pen.page.drawText(words, { x: MARGIN, y: pen.y, size: 10, font, maxWidth: room, lineHeight: 13 });
  advance(pen, Math.max(1, Math.ceil(font.widthOfTextAtSize(words, 10) / room)));
}

function rule(pen: Pen): void {
  const y = pen.y + STEP / 2;
  pen.page.drawLine({ start: { x: MARGIN, y }, end: { x: WIDTH - MARGIN, y }, thickness: 0.5 });
  advance(pen, 1);
}

function advance(pen: Pen, lines: number): void {
  pen.y -= lines * STEP;
  if (pen.y > FOOT) return;
  pen.page = pen.turn();
  pen.y = HEIGHT - MARGIN;
}
