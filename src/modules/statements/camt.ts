import type { Line, LineFault, Parsed, Statement } from "./line.ts";
import { clean, FAULTS, negate, readCode, readDate, readDecimal } from "./line.ts";
import { element, unescapeXml } from "./markup.ts";

/** CAMT.052 to .054 of ISO 20022: each entry is a movement; its first transaction's details name the other side. */

const OPEN = /<((?:[A-Za-z0-9]{1,20}:)?Ntry)>/g;

export function readCamt(text: string): Parsed {
  const lines: Line[] = [];
  const faults: LineFault[] = [];
  let line = 1;
  let read = 0;
  for (const match of text.matchAll(OPEN)) {
    // What opens inside another entry belongs to it, so that nothing is gone through twice.
    if (match.index < read) continue;
    line += text.slice(read, match.index).split("\n").length - 1;
    const start = match.index + match[0].length;
    const end = text.indexOf(`</${match[1]}>`, start);
    read = end < 0 ? text.length : end;
    const result = end < 0 ? FAULTS.row(line) : readEntry(text.slice(start, end), line);
    if ("code" in result) faults.push(result);
    else lines.push(result);
    line += text.slice(match.index, read).split("\n").length - 1;
  }
  return { lines, faults };
}

/** What stands in the first element of a name, with or without a prefix; null where there is none. */
function inside(xml: string, name: string): string | null {
  const open = new RegExp(`<(?:[A-Za-z0-9]{1,20}:)?${name}(?:\\s[^>]{0,200})?>`).exec(xml);
  if (!open) return null;
  const start = open.index + open[0].length;
  const close = new RegExp(`</(?:[A-Za-z0-9]{1,20}:)?${name}>`);
  const length = xml.slice(start).search(close);
  return length < 0 ? null : xml.slice(start, start + length);
}

const textIn = (xml: string | null, name: string): string | null => {
  const found = xml === null ? null : inside(xml, name);
  return found === null ? null : unescapeXml(found.replaceAll(/<[^>]*>/g, " "));
};

function readEntry(xml: string, line: number): Line | LineFault {
  const amount = signedAmount(xml);
  if (amount === null) return FAULTS.amount(line);
  const date = bookedOn(xml);
  if (date === null) return FAULTS.date(line);
  const details = inside(xml, "TxDtls");
  const other = inside(details ?? "", textIn(xml, "CdtDbtInd")?.trim() === "DBIT" ? "Cdtr" : "Dbtr");
  return {
    line,
    date,
    amount,
    asset: readCode(CURRENCY.exec(xml)?.[1]),
    payee: clean(textIn(other, "Nm")),
    notes: clean(textIn(details, "Ustrd") ?? textIn(xml, "AddtlNtryInf"), 2_000),
    category: null,
    externalId: clean(textIn(xml, "AcctSvcrRef") ?? textIn(xml, "NtryRef"), 255),
    cleared: textIn(xml, "Sts")?.trim() !== "PDNG",
  };
}

/** Of the entry's own amount, which stands before those of its details. */
const CURRENCY = /<(?:[A-Za-z0-9]{1,20}:)?Amt\s[^>]{0,200}?Ccy\s?=\s?["']([A-Za-z]{3})["']/;

function bookedOn(xml: string): string | null {
  const booked = inside(xml, "BookgDt") ?? inside(xml, "ValDt");
  return readDate(textIn(booked, "Dt") ?? textIn(booked, "DtTm") ?? "", "ymd");
}

/** The entry's amount with its direction; null unless both are there. */
function signedAmount(xml: string): string | null {
  const magnitude = readDecimal(textIn(xml, "Amt") ?? "", ".");
  const direction = textIn(xml, "CdtDbtInd")?.trim();
  if (magnitude === null || magnitude.startsWith("-")) return null;
  if (direction === "CRDT") return magnitude;
  if (direction !== "DBIT") return null;
  return negate(magnitude);
}

export function writeCamt({ accountId, asset, lines }: Statement): string {
  const entries = lines.map((row) => {
    const out = row.amount.startsWith("-");
    const side = out ? "Cdtr" : "Dbtr";
    const party = row.payee === null ? "" : `<RltdPties><${side}>${element("Nm", row.payee)}</${side}></RltdPties>`;
    const remittance = row.notes === null ? "" : `<RmtInf>${element("Ustrd", row.notes)}</RmtInf>`;
    return `<Ntry><Amt Ccy="${asset}">${row.amount.replace("-", "")}</Amt><CdtDbtInd>${out ? "DBIT" : "CRDT"}</CdtDbtInd><Sts>${row.cleared ? "BOOK" : "PDNG"}</Sts><BookgDt><Dt>${row.date}</Dt></BookgDt>${element("AcctSvcrRef", row.externalId)}<NtryDtls><TxDtls>${party}${remittance}</TxDtls></NtryDtls></Ntry>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>',
    `<Id>${accountId}</Id><Acct><Id><Othr><Id>${accountId}</Id></Othr></Id></Acct>`,
    ...entries,
    "</Stmt></BkToCstmrStmt></Document>",
    "",
  ].join("\n");
}
