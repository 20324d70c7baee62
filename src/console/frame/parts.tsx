import type { Child } from "hono/jsx";
import { formatDecimal, formatMoment } from "./figures.ts";
import type { Visit } from "./visit.ts";

/** The pieces that pages are made of. Whatever a person wrote passes through JSX as text, never as markup. */

/** An exact decimal amount as the reader's locale writes it. */
export function Money({ visit, amount, asset }: { visit: Visit; amount: string; asset: string }) {
  return (
    <span class="money">
      {formatDecimal(visit.locale, amount)} <small>{asset}</small>
    </span>
  );
}

/** A moment in the reader's zone; a date without a time stands as it is. */
export function When({ visit, at }: { visit: Visit; at: string | null }) {
  if (at === null) return <span>–</span>;
  const options = { dateStyle: "medium", timeStyle: "short", timeZone: visit.timeZone } as const;
  return <time datetime={at}>{formatMoment(visit.locale, new Date(at), options)}</time>;
}

const GOOD = new Set(["active", "completed", "confirmed", "credited", "paid", "released", "done", "published", "ok"]);
const BAD = new Set([
  "failed",
  "cancelled",
  "rejected",
  "expired",
  "suspended",
  "disputed",
  "past_due",
  "unpaid",
  "dead",
]);

/** A name of the API's, such as `bank_transfer`, as a text: no reader should have to know our names. */
export function readable(name: string): string {
  const text = name.replaceAll(/[._]/g, " ");
  return /^[a-z]{3,4}$/.test(text) ? text.toUpperCase() : text.charAt(0).toUpperCase() + text.slice(1);
}

export function State({ of }: { of: string }) {
  const tone = GOOD.has(of) ? "good" : BAD.has(of) ? "bad" : "";
  return <span class={`state ${tone}`}>{of.replaceAll("_", " ")}</span>;
}

export interface Column<T> {
  readonly head: Child;
  /** The rows stand in the order of this column. */
  readonly sorted?: "ascending" | "descending";
  readonly number?: boolean;
  readonly cell: (row: T) => Child;
}

interface TableProps<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly empty: string;
}

export function Table<T>({ caption, columns, rows, empty }: TableProps<T>) {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  // In a hand each row becomes a list of its own names, where the columns have names that are text.
  const stacked = columns.every(({ head }) => typeof head === "string");
  return (
    <div class={stacked ? "table stack" : "table"} role="region" aria-label={caption} tabindex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ head, number, sorted }) =>
              head === "" ? (
                <td />
              ) : (
                <th scope="col" class={number === true ? "number" : undefined} aria-sort={sorted}>
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map(({ head, number, cell }) => (
                <td
                  class={number === true ? "number" : undefined}
                  data-label={stacked && head !== "" ? head : undefined}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A link to what follows, where something does. */
export function Pager({ visit, next }: { visit: Visit; next: string | null }) {
  if (next === null) return null;
  const query = new URLSearchParams(visit.query);
  query.set("cursor", next);
  return (
    <p class="pager">
      <a href={`?${query.toString()}`}>{visit.words.frame.more}</a>
    </p>
  );
}

/** What came of the last form: a refusal with its reason, or that it is done. */
export function Outcome({ visit, said }: { visit: Visit; said: string | null }) {
  const { refused, words } = visit;
  if (refused) {
    return (
      <div class="notice bad" role="alert">
        <p>
          <strong>{words.frame.refused}.</strong> {refused.problem.detail ?? refused.problem.title}
        </p>
      </div>
    );
  }
  return said === null ? null : (
    <div class="notice" role="status">
      <p>{said}</p>
    </div>
  );
}
