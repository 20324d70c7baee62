import { toTimestamp } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import type { Sheet } from "#platform/pdf";
import { createPdf, widthOf } from "#platform/pdf";
import type { Statement, StatementLine, Totals } from "./service.statements.ts";

const WIDTH = 595;
const HEIGHT = 842;
const MARGIN = 48;
const STEP = 15;
const SIZE = 9;
const FOOT = 70;

type Cells = readonly [left: string, middle: string, gross: string, tax: string, net: string];

/** Where cells begin; amounts end there. */
const LEFT = [MARGIN, 130] as const;
const RIGHT = [380, 460, WIDTH - MARGIN] as const;

/** A month's statement on sheets of A4: each line, and below them what was earned, paid out and withheld. */
export function writeStatementPdf(statement: Statement): Uint8Array<ArrayBuffer> {
  const pdf = createPdf(`Statement ${statement.month}`);
  let page = pdf.addPage(WIDTH, HEIGHT);
  let y = HEIGHT - MARGIN - 20;
  page.drawText(`Statement ${statement.month}`, { x: MARGIN, y, size: 20, font: "Helvetica-Bold" });
  page.drawText(`Code ${statement.code}`, { x: MARGIN, y: y - 22, size: 10 });
  y -= 50;
  const put = (cells: Cells, bold = false): void => {
    if (y < FOOT) {
      page = pdf.addPage(WIDTH, HEIGHT);
      y = HEIGHT - MARGIN;
    }
    putRow(page, { cells, y, bold });
    y -= STEP;
  };
  put(["Day", "What", "Gross", "Tax withheld", "Net"], true);
  for (const line of statement.lines) put(cellsOf(line));
  y -= STEP;
  for (const totals of statement.totals) for (const row of rowsOf(totals)) put(row, true);
  return pdf.save();
}

function putRow(page: Sheet, { cells, y, bold }: { cells: Cells; y: number; bold: boolean }): void {
  const font = bold ? "Helvetica-Bold" : "Helvetica";
  const [left, middle, ...amounts] = cells;
  page.drawText(left, { x: LEFT[0], y, size: SIZE, font });
  page.drawText(middle, { x: LEFT[1], y, size: SIZE, font });
  for (const [index, text] of amounts.entries())
    page.drawText(text, { x: (RIGHT[index] ?? 0) - widthOf(text, font, SIZE), y, size: SIZE, font });
}

const WORDS = {
  commission: "Commission",
  correction: "Correction",
  payout: "Payout",
  return: "Payout came back",
} as const;

function cellsOf({ at, kind, level, asset, grossMinor, taxMinor }: StatementLine): Cells {
  const what = level === null ? WORDS[kind] : `${WORDS[kind]}, level ${level}`;
  return [toTimestamp(at).slice(0, 10), `${what} (${asset})`, ...amountsOf(asset, grossMinor, taxMinor)];
}

function rowsOf({ asset, earnedMinor, paidMinor, taxMinor }: Totals): Cells[] {
  return [
    ["", `Earned (${asset})`, ...amountsOf(asset, earnedMinor, 0)],
    ["", `Paid out (${asset})`, ...amountsOf(asset, paidMinor, taxMinor)],
  ];
}

function amountsOf(asset: string, gross: number, tax: number): [string, string, string] {
  return [writeAmount(gross, asset), writeAmount(tax, asset), writeAmount(gross - tax, asset)];
}
