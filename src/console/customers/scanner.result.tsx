import { ask } from "#console/frame/client.ts";
import { Field, Form } from "#console/frame/forms.tsx";
import type { Column } from "#console/frame/parts.tsx";
import { Pager, Table } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** What a scan finds: the expression and the order stand in the address, so that a result can be kept and shared. */

const SHOWN = 50;
const COLUMNS = ["close", "change_pct", "volume"];

/** What the address asks the scanner for. */
export function scanOf(query: URLSearchParams) {
  const sort = query.get("sort")?.trim() ?? "";
  const order = query.get("order") === "asc" ? ("asc" as const) : ("desc" as const);
  const columns = sort === "" || sort === "symbol" || COLUMNS.includes(sort) ? COLUMNS : [...COLUMNS, sort];
  const sorted = sort === "" || sort === "symbol" ? {} : { sort, order };
  return { expression: query.get("expression") ?? "", columns, ...sorted };
}

export type Result = Awaited<ReturnType<typeof runScan>>;

export async function runScan({ client, query }: Visit) {
  const cursor = query.get("cursor");
  const json = { ...scanOf(query), limit: SHOWN, ...(cursor === null ? {} : { cursor }) };
  return await ask(client.scanner.run.$post({ json }));
}

type Row = Result["data"][number];

export function ScanResult({ visit, result }: { visit: Visit; result: Result }) {
  const { scanner } = visit.words;
  const expression = visit.query.get("expression") ?? "";
  const { columns } = scanOf(visit.query);
  const figures = new Intl.NumberFormat(visit.locale, { maximumFractionDigits: 4 });
  return (
    <>
      <h2>{scanner.matched(result.matched, result.universeSize)}</h2>
      <p class="quiet">
        {scanner.asOf} {result.asOf}. {result.stale > 0 ? scanner.stale(result.stale) : ""}{" "}
        {result.source.includes("generated") ? scanner.generated : ""}
      </p>
      <Table
        caption={scanner.title}
        empty={scanner.none}
        rows={result.data}
        columns={[
          {
            ...headOf(visit, "symbol", scanner.symbol),
            cell: ({ symbol }) => (
              <a href={`/app/scanner/${encodeURIComponent(symbol)}?${new URLSearchParams({ expression }).toString()}`}>
                {symbol}
              </a>
            ),
          },
          { head: scanner.name, cell: ({ name }) => name },
          { head: scanner.exchange, cell: ({ exchange }) => exchange },
          ...columns.map((column): Column<Row> => ({
            ...headOf(visit, column, column.replaceAll("_", " ")),
            number: true,
            cell: (row) => shown(row[column], figures),
          })),
        ]}
      />
      <Pager visit={visit} next={result.nextCursor} />
      <p>
        <a href={`/app/scanner.csv?${visit.query.toString()}`}>{scanner.csv}</a>
      </p>
      <Form visit={visit} action="save" class="row">
        <Field visit={visit} name="name" label={scanner.scanName} />
        <button type="submit">{scanner.save}</button>
      </Form>
    </>
  );
}

function shown(value: Row[string] | undefined, figures: Intl.NumberFormat): string {
  return typeof value === "number" ? figures.format(value) : (value ?? "–");
}

/** A head that sorts by its column: largest first, and the other way round when it is asked again. */
function headOf({ query, words }: Visit, column: string, text: string): Pick<Column<Row>, "head" | "sorted"> {
  const current = query.get("sort") ?? "";
  const isCurrent = column === "symbol" ? current === "" || current === "symbol" : current === column;
  const descending = isCurrent && column !== "symbol" && query.get("order") !== "asc";
  const next = new URLSearchParams(query);
  next.delete("cursor");
  next.set("sort", column);
  next.set("order", descending ? "asc" : "desc");
  return {
    head: (
      <a href={`?${next.toString()}`} title={words.scanner.sort}>
        {text}
      </a>
    ),
    ...(isCurrent ? { sorted: descending ? ("descending" as const) : ("ascending" as const) } : {}),
  };
}
