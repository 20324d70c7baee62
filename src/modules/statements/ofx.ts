import type { Line, LineFault, Parsed, Statement } from "./line.ts";
import { clean, FAULTS, readCode, readDate, readDecimal } from "./line.ts";
import { element, unescapeXml } from "./markup.ts";

/** OFX and QFX: the tags of both its dialects, SGML without closing tags and XML, are read alike. */

const TAG = /<(\/?)([A-Za-z0-9.]{1,40})>([^<\r\n]*)/g;

interface Block {
  readonly line: number;
  /** The currency of the statement that it stands in. */
  readonly asset: string | null;
  readonly fields: Map<string, string>;
}

/** Reads the movements of all accounts in a file. */
export function readOfx(text: string): Parsed {
  const lines: Line[] = [];
  const faults: LineFault[] = [];
  for (const block of blocksOf(text)) place(block, lines, faults);
  return { lines, faults };
}

/** The fields of each movement. Its end may be missing: the next one's beginning, or the list's end, stands for it. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  let line = 1;
  let read = 0;
  let asset: string | null = null;
  for (const match of text.matchAll(TAG)) {
    line += countBreaks(text, read, match.index);
    read = match.index;
    const [, closing, name = "", value = ""] = match;
    const tag = `${closing}${name.toUpperCase()}`;
    if (tag === "STMTTRN") blocks.push((open = { line, asset, fields: new Map() }));
    else if (tag === "CURDEF") asset = readCode(value);
    else if (ENDS.has(tag)) open = null;
    else if (value.trim() !== "") open?.fields.set(tag, unescapeXml(value));
  }
  return blocks;
}

const ENDS: ReadonlySet<string> = new Set(["/STMTTRN", "/BANKTRANLIST"]);

function countBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let index = text.indexOf("\n", from); index >= 0 && index < to; index = text.indexOf("\n", index + 1))
    count += 1;
  return count;
}

function place({ line, asset, fields }: Block, lines: Line[], faults: LineFault[]): void {
  const amount = readDecimal(fields.get("TRNAMT") ?? "");
  const date = readDate(fields.get("DTPOSTED") ?? "", "ymd");
  if (amount === null) faults.push(FAULTS.amount(line));
  else if (date === null) faults.push(FAULTS.date(line));
  else
    lines.push({
      line,
      date,
      amount,
      asset,
      payee: clean(fields.get("NAME") ?? fields.get("PAYEE")),
      notes: clean(fields.get("MEMO"), 2_000),
      category: null,
      externalId: clean(fields.get("FITID"), 255),
      cleared: true,
    });
}

/** Writes OFX 2, one account a file. */
export function writeOfx({ accountId, asset, lines }: Statement): string {
  const rows = lines.map(
    (row) =>
      `<STMTTRN><TRNTYPE>${row.amount.startsWith("-") ? "DEBIT" : "CREDIT"}</TRNTYPE><DTPOSTED>${row.date.replaceAll("-", "")}</DTPOSTED><TRNAMT>${row.amount}</TRNAMT>${element("FITID", row.externalId)}${element("NAME", row.payee)}${element("MEMO", row.notes)}</STMTTRN>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>',
    `<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>${asset}</CURDEF><BANKACCTFROM><ACCTID>${accountId}</ACCTID></BANKACCTFROM>`,
    "<BANKTRANLIST>",
    ...rows,
    "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
    "",
  ].join("\n");
}
