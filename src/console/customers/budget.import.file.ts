import { splitCsv } from "#modules/statements";
import { fromBase64Url } from "#platform/crypto";
import type { RefusedProblem } from "#console/frame/client.ts";
import { headersOf, Refusal } from "#console/frame/client.ts";
import { entered } from "#console/frame/forms.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** A bank's statement, as a form brings it and as the API reads it. */

export const FILE_LIMIT_BYTES = 1_024 * 1_024;

export const FORMATS = {
  csv: "text/csv",
  ofx: "application/x-ofx",
  qif: "application/qif",
  camt: "application/xml",
} as const;

/** The orders of a date's parts; none where it is to be found out. */
export const DATES = ["", "ymd", "dmy", "mdy"] as const;

/** What may be said of a CSV's columns, as the API names it. */
export const COLUMNS = [
  "dateColumn",
  "payeeColumn",
  "amountColumn",
  "outflowColumn",
  "inflowColumn",
  "notesColumn",
  "idColumn",
] as const;

/** What is said of a file apart from its content, each left out where nothing is said. */
export const READING = ["dateOrder", "header", "flip", ...COLUMNS] as const;

export interface Found {
  readonly created: number;
  readonly duplicates: number;
  readonly errors: readonly { readonly line: number; readonly message: string }[];
  readonly preview: readonly {
    readonly line: number;
    readonly date: string;
    readonly amount: string;
    readonly payee: string | null;
    readonly transactionId: string | null;
  }[];
}

/** The file that was chosen, or what was pasted. */
export function contentOf(fields: URLSearchParams): Uint8Array {
  const file = entered(fields, "file");
  if (file === "") return new TextEncoder().encode(fields.get("statement") ?? "");
  try {
    return fromBase64Url(file);
  } catch {
    return new Uint8Array();
  }
}

const START_BYTES = 4_096;

function startOf(content: Uint8Array): string {
  return new TextDecoder().decode(content.subarray(0, START_BYTES)).trimStart();
}

/** What the form says that it is, or else what it begins like. */
export function formatOf(fields: URLSearchParams, content: Uint8Array): keyof typeof FORMATS {
  const said = entered(fields, "format");
  if (said in FORMATS) return said as keyof typeof FORMATS;
  const start = startOf(content);
  if (/^OFXHEADER|^<OFX\b/i.test(start)) return "ofx";
  if (start.startsWith("!")) return "qif";
  return start.startsWith("<") ? "camt" : "csv";
}

const SAMPLE_ROWS = 4;

/** The first rows of a CSV, to say by them what its columns hold. */
export function sampleOf(content: Uint8Array): readonly (readonly string[])[] {
  return splitCsv(startOf(content))
    .slice(0, SAMPLE_ROWS)
    .map(({ cells }) => cells);
}

/** Statements go as they are, which typed calls of JSON cannot say: the same call by hand. */
export async function readStatement(
  { c, csrf, words }: Visit,
  fields: URLSearchParams,
  dryRun: boolean,
): Promise<Found> {
  const content = contentOf(fields);
  if (content.length === 0) throw refusalOf(words.reports.noFile);
  if (content.subarray(0, START_BYTES).includes(0)) throw refusalOf(words.reports.noStatement);
  const query = new URLSearchParams({ accountId: entered(fields, "accountId"), dryRun: String(dryRun) });
  for (const name of READING) if (entered(fields, name) !== "") query.set(name, entered(fields, name));
  const along = { csrf: fields.get("csrf") ?? csrf, key: fields.get("key") ?? crypto.randomUUID() };
  const headers = headersOf(c, { ...along, origin: c.get("ctx").config.publicOrigin });
  headers.set("Content-Type", FORMATS[formatOf(fields, content)]);
  const url = new URL(`/api/v1/transactions/import?${query.toString()}`, c.req.url);
  const answer = await c.get("dispatch")(new Request(url, { method: "POST", headers, body: content }));
  if (!answer.ok) throw new Refusal(await answer.json<RefusedProblem>());
  return await answer.json<Found>();
}

function refusalOf(detail: string): Refusal {
  return new Refusal({ status: 422, code: "validation_failed", title: detail, detail });
}
