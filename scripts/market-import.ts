/** `npm run market:import file.csv`: sends a CSV of bars to a running installation, in parts that a request may hold. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const PART_LINES = 400_000;

interface Report {
  readonly rows: number;
  readonly changed: number;
  readonly rejected: number;
  readonly errors: readonly { readonly line: number; readonly code: string; readonly message: string }[];
}

const [file] = process.argv.slice(2);
const { BOURSE_URL: url = "http://127.0.0.1:8787", BOURSE_TOKEN: token } = process.env;
if (file === undefined || token === undefined) {
  console.error("Usage: BOURSE_URL=https://… BOURSE_TOKEN=<an admin's access token> npm run market:import file.csv");
  process.exit(2);
}

async function send(part: readonly string[], firstLine: number): Promise<Report> {
  const answer = await fetch(new URL("/api/v1/admin/market/import", url), {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/csv" },
    body: part.join("\n"),
  });
  if (!answer.ok) throw new Error(`The installation answered ${answer.status}: ${await answer.text()}`);
  const report = (await answer.json()) as Report;
  for (const { line, code, message } of report.errors)
    console.error(`line ${line < 2 ? "?" : line - 2 + firstLine}: ${code}: ${message}`);
  return report;
}

let header: string | null = null;
let part: string[] = [];
let read = 1;
const total = { rows: 0, changed: 0, rejected: 0 };

async function flush(): Promise<void> {
  if (header === null || part.length === 0) return;
  const report = await send([header, ...part], read - part.length + 1);
  total.rows += report.rows;
  total.changed += report.changed;
  total.rejected += report.rejected;
  console.log(`${total.rows} rows, ${total.changed} changed, ${total.rejected} rejected`);
  part = [];
}

for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
  if (header === null) {
    header = line;
    continue;
  }
  part.push(line);
  read += 1;
  if (part.length === PART_LINES) await flush();
}
await flush();
