import type { Font, Sheet } from "#platform/pdf";
import { createPdf, widthOf } from "#platform/pdf";
import type { Page } from "./page.ts";

const WIDTH = 595;
const HEIGHT = 842;
const MARGIN = 56;
const SIZE = 10;
const STEP = 16;
const FOOT = 80;

/** The next free height on the sheet, and how to begin another one. */
interface Pen {
  page: Sheet;
  y: number;
  readonly turn: () => Sheet;
}

/** Writes a document as a PDF: A4, in fonts whose Latin letters stand in every reader. */
export function writePdf(content: Page): Uint8Array<ArrayBuffer> {
  const pdf = createPdf(`${content.title} ${content.number}`);
  const turn = (): Sheet => pdf.addPage(WIDTH, HEIGHT);
  const pen: Pen = { page: turn(), y: HEIGHT - MARGIN - 20, turn };
  pen.page.drawText(content.title, { x: MARGIN, y: pen.y, size: 22, font: "Helvetica-Bold" });
  advance(pen, 2.5);
  for (const line of content.seller) put(pen, line);
  advance(pen, 1);
  for (const line of content.buyer) put(pen, line);
  advance(pen, 1);
  for (const [label, value] of content.facts) putPair(pen, { label, value, x: 160, font: "Helvetica" });
  advance(pen, 1);
  for (const [label, value] of content.rows) putPair(pen, { label, value, x: null, font: "Helvetica" });
  rule(pen);
  for (const [index, [label, value]] of content.totals.entries()) {
    const font = index === content.totals.length - 1 ? "Helvetica-Bold" : "Helvetica";
    putPair(pen, { label, value, x: null, font });
  }
  return pdf.save();
}

function put(pen: Pen, text: string): void {
  pen.page.drawText(text, { x: MARGIN, y: pen.y, size: SIZE });
  advance(pen, 1);
}

interface Pair {
  readonly label: string;
  readonly value: string;
  /** Where the value begins; null for the right margin, where it ends. */
  readonly x: number | null;
  readonly font: Font;
}

function putPair(pen: Pen, { label, value, x, font }: Pair): void {
  const at = x ?? WIDTH - MARGIN - widthOf(value, font, SIZE);
  pen.page.drawText(value, { x: at, y: pen.y, size: SIZE, font });
  const room = { maxWidth: at - MARGIN - 12, lineHeight: STEP };
  advance(pen, pen.page.drawText(label, { x: MARGIN, y: pen.y, size: SIZE, font, ...room }));
}

function rule(pen: Pen): void {
  const y = pen.y + STEP / 2;
  pen.page.drawLine({ from: [MARGIN, y], to: [WIDTH - MARGIN, y], width: 0.5 });
  advance(pen, 1);
}

function advance(pen: Pen, lines: number): void {
  pen.y -= lines * STEP;
  if (pen.y > FOOT) return;
  pen.page = pen.turn();
  pen.y = HEIGHT - MARGIN;
}
