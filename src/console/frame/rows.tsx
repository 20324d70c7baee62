import { entered, Field } from "./forms.tsx";
import type { Visit } from "./visit.ts";

/** Lists that a form changes as a whole: prices, rates, questions. A field is called as the API calls it when it refuses it. */

interface RowColumn {
  readonly name: string;
  readonly label: string;
  readonly options?: readonly (readonly [value: string, label: string])[];
  readonly inputmode?: "decimal" | "numeric" | "text";
  /** A text of several lines. */
  readonly rows?: number;
  readonly hint?: string;
  /** Other parts of the row that the field stands for, by what else was entered in it. */
  readonly also?: (entered: (name: string) => string) => readonly string[];
}

interface RowsProps {
  readonly visit: Visit;
  /** The list's name, of which `prices.0.amount` is made. */
  readonly list: string;
  readonly legend: (number: number) => string;
  readonly columns: readonly RowColumn[];
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** How many rows stand ready for more. */
  readonly spare?: number;
  /** Fields stand below each other. */
  readonly stacked?: boolean;
}

/** The rows of a list, and some empty ones for more. None is required: a row is taken away by emptying it. */
export function Rows({ visit, list, legend, columns, rows, spare = 2, stacked = false }: RowsProps) {
  const kept = visit.refused && countOf(visit.refused.fields, list) > 0 ? visit.refused.fields : null;
  const count = (kept ? filledOf(kept, list, columns[0]?.name ?? "") : rows.length) + spare;
  return (
    <>
      {Array.from({ length: count }, (_, place) => (
        <fieldset class={stacked ? "" : "row"}>
          <legend>{legend(place + 1)}</legend>
          {columns.map((column) => (
            <Field
              {...column}
              visit={visit}
              also={column
                .also?.((name) => (kept ? entered(kept, `${list}.${place}.${name}`) : ""))
                .map((name) => `${list}.${place}.${name}`)}
              name={`${list}.${place}.${column.name}`}
              value={kept ? "" : (rows[place]?.[column.name] ?? "")}
              required={false}
            />
          ))}
        </fieldset>
      ))}
    </>
  );
}

function countOf(fields: URLSearchParams, list: string): number {
  const places = [...fields.keys()].flatMap((name) => {
    const [of, place] = name.split(".");
    return of === list && place !== undefined ? [Number(place) + 1] : [];
  });
  return Math.max(0, ...places);
}

function filledOf(fields: URLSearchParams, list: string, key: string): number {
  return Array.from({ length: countOf(fields, list) }).filter(
    (_, place) => entered(fields, `${list}.${place}.${key}`) !== "",
  ).length;
}

/**
 * The rows that were filled in. Those whose first column is empty are left out and the others counted anew, in the form too,
 * so that what the API refuses is shown beside the field that it is about.
 */
export function enteredRows<Name extends string>(
  fields: URLSearchParams,
  list: string,
  names: readonly [Name, ...Name[]],
): Record<Name, string>[] {
  const all = Array.from(
    { length: countOf(fields, list) },
    (_, place) =>
      Object.fromEntries(names.map((name) => [name, entered(fields, `${list}.${place}.${name}`)])) as Record<
        Name,
        string
      >,
  );
  const filled = all.filter((row) => row[names[0]] !== "");
  for (const [place] of all.entries()) {
    for (const name of names) fields.set(`${list}.${place}.${name}`, filled[place]?.[name] ?? "");
  }
  return filled;
}
