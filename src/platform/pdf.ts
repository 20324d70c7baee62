import type { Font } from "./pdf.fonts.ts";
import { encode, FONTS, wrap } from "./pdf.fonts.ts";

export type { Font } from "./pdf.fonts.ts";
export { widthOf } from "./pdf.fonts.ts";

/** Where a text begins, in points from the lower left corner, and how it is written. */
export interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly font?: Font;
  /** Breaks the text into lines of this width in points, each `lineHeight` below the one before. */
  readonly maxWidth?: number;
  readonly lineHeight?: number;
}

export interface Sheet {
  /** Returns the number of lines that were written. */
  readonly drawText: (text: string, style: TextStyle) => number;
  readonly drawLine: (line: { from: readonly [number, number]; to: readonly [number, number]; width: number }) => void;
  readonly drawFrame: (frame: { x: number; y: number; width: number; height: number; thickness: number }) => void;
}

export interface Pdf {
  /** Adds an empty page; its sizes are in points, 72 to the inch. */
  readonly addPage: (width: number, height: number) => Sheet;
  readonly save: () => Uint8Array<ArrayBuffer>;
}

interface Page {
  readonly width: number;
  readonly height: number;
  readonly drawing: string[];
}

/**
 * A PDF (PDF 32000-1, version 1.7) of text in Helvetica, lines and frames: what invoices, statements and certificates
 * need. Libraries that can do more weigh a quarter of what a Worker may.
 */
export function createPdf(title: string): Pdf {
  const pages: Page[] = [];
  return {
    addPage: (width, height) => {
      const drawing: string[] = [];
      pages.push({ width, height, drawing });
      return sheet(drawing);
    },
    save: () => serialize(title, pages),
  };
}

function sheet(drawing: string[]): Sheet {
  return {
    drawText: (text, { x, y, size, font = "Helvetica", maxWidth, lineHeight = size * 1.25 }) => {
      const lines = maxWidth === undefined ? [text] : wrap(text, font, { size, width: maxWidth });
      for (const [index, line] of lines.entries()) {
        const at = `${number(x)} ${number(y - index * lineHeight)}`;
        drawing.push(`BT /F${FONTS.indexOf(font)} ${number(size)} Tf ${at} Td ${hexadecimal(encode(line), 2)} Tj ET`);
      }
      return lines.length;
    },
    drawLine: ({ from, to, width }) => {
      drawing.push(`${number(width)} w ${from.map(number).join(" ")} m ${to.map(number).join(" ")} l S`);
    },
    drawFrame: ({ x, y, width, height, thickness }) => {
      drawing.push(`${number(thickness)} w ${[x, y, width, height].map(number).join(" ")} re S`);
    },
  };
}

const number = (value: number): string => String(Number(value.toFixed(3)));

function hexadecimal(values: readonly number[], digits: number): string {
  return `<${values.map((value) => value.toString(16).padStart(digits, "0")).join("")}>`;
}

/** A text of the document's properties, which readers take as UTF-16 where it begins with this mark. */
const property = (text: string): string => hexadecimal([0xfeff, ...units(text)], 4);

function units(text: string): number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

/** Objects 1 to 3 and the fonts come first; each page has two behind them: itself, and what is drawn on it. */
function serialize(title: string, pages: readonly Page[]): Uint8Array<ArrayBuffer> {
  const first = 4 + FONTS.length;
  const fonts = FONTS.map((_, index) => `/F${index} ${4 + index} 0 R`).join(" ");
  const kids = pages.map((_, index) => `${first + 2 * index} 0 R`).join(" ");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] /Resources << /Font << ${fonts} >> >> >>`,
    `<< /Title ${property(title)} /Producer (Bourse) >>`,
    ...FONTS.map((name) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`),
    ...pages.flatMap(({ width, height, drawing }, index) => {
      const content = drawing.join("\n");
      const box = `[0 0 ${number(width)} ${number(height)}]`;
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Contents ${first + 2 * index + 1} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  return Uint8Array.from(new TextEncoder().encode(withReferences(objects)));
}

/** The objects with their numbers, and the table that says at which byte each begins. All of it is ASCII. */
function withReferences(objects: readonly string[]): string {
  let text = "%PDF-1.7\n";
  const starts = objects.map((object, index) => {
    const start = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(start).padStart(10, "0")} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${starts.join("")}`;
  return `${text}${table}trailer\n<< /Size ${size} /Root 1 0 R /Info 3 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
}
