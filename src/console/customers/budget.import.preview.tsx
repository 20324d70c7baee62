import { Refusal } from "#console/frame/client.ts";
import { Field, Form } from "#console/frame/forms.tsx";
import { Money, Outcome, Table } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";
import type { Found } from "./budget.import.file.ts";
import { COLUMNS, contentOf, DATES, formatOf, READING, readStatement, sampleOf } from "./budget.import.file.ts";

/** What a statement would bring, row by row, and how its columns are read, before anything is kept. */

const FAULTS_SHOWN = 50;

/** Reads a statement without keeping it. One whose columns are not known is shown, to say what they hold. */
export async function lookAt(visit: Visit, fields: URLSearchParams) {
  let found: Found | null = null;
  let looker = visit;
  try {
    found = await readStatement(visit, fields, true);
  } catch (error) {
    if (!(error instanceof Refusal) || !asksForColumns(error)) throw error;
    looker = { ...visit, refused: { problem: error.problem, fields } };
  }
  return <Preview visit={looker} fields={fields} found={found} />;
}

function asksForColumns({ problem }: Refusal): boolean {
  const names: readonly string[] = COLUMNS;
  return problem.errors?.some(({ path }) => names.some((name) => path.endsWith(name))) ?? false;
}

interface PreviewProps {
  readonly visit: Visit;
  readonly fields: URLSearchParams;
  readonly found: Found | null;
}

function Preview({ visit, fields, found }: PreviewProps) {
  const { reports: words } = visit.words;
  const name = fields.get("fileName");
  return (
    <>
      <Outcome visit={visit} said={null} />
      <h1>{words.preview}</h1>
      {name === null ? null : (
        <p class="quiet">
          {words.file}: <bdi>{name}</bdi>
        </p>
      )}
      {found === null ? null : <Rows visit={visit} found={found} />}
      {found === null ? null : (
        <Form visit={visit} action="take" upload>
          <Kept fields={fields} also={READING} />
          <button type="submit">{words.take}</button>
        </Form>
      )}
      {formatOf(fields, contentOf(fields)) === "csv" ? (
        <Columns visit={visit} fields={fields} open={found === null} />
      ) : null}
      <p>
        <a href="/app/budget/import">{words.import}</a>
      </p>
    </>
  );
}

/** The statement itself and what was said of it, for the next form to bring along. */
function Kept({ fields, also = [] }: { fields: URLSearchParams; also?: readonly string[] }) {
  return (
    <>
      {["accountId", "format", "file", "fileName", "statement", ...also]
        .filter((name) => (fields.get(name) ?? "") !== "")
        .map((name) => (
          <input type="hidden" name={name} value={fields.get(name) ?? ""} />
        ))}
    </>
  );
}

function Rows({ visit, found }: { visit: Visit; found: Found }) {
  const { reports: words, budget } = visit.words;
  const hidden = found.errors.length - FAULTS_SHOWN;
  return (
    <>
      <p class="lead">{words.found(found.created, found.duplicates, found.errors.length)}</p>
      <ul class="plain">
        {found.errors.slice(0, FAULTS_SHOWN).map(({ line, message }) => (
          <li class="bad">
            {words.line} {line}: {message}
          </li>
        ))}
        {hidden > 0 ? <li>{words.moreFaults(hidden)}</li> : null}
      </ul>
      <Table
        caption={words.preview}
        empty={words.nothing}
        rows={found.preview}
        columns={[
          { head: words.line, number: true, cell: ({ line }) => line },
          { head: budget.date, cell: ({ date }) => date },
          { head: budget.payee, cell: ({ payee }) => payee ?? "–" },
          { head: words.amount, number: true, cell: ({ amount }) => <Money visit={visit} amount={amount} asset="" /> },
          { head: "", cell: ({ transactionId }) => (transactionId === null ? "" : words.known) },
        ]}
      />
      {found.created + found.duplicates > found.preview.length ? (
        <p class="quiet">{words.firstRows(found.preview.length)}</p>
      ) : null}
    </>
  );
}

interface ColumnsProps {
  readonly visit: Visit;
  readonly fields: URLSearchParams;
  readonly open: boolean;
}

/** Says what the columns of a CSV hold, by the rows that it begins with. What was said is remembered once it was taken in. */
function Columns({ visit, fields, open }: ColumnsProps) {
  const { reports: words } = visit.words;
  const [head = [], ...rows] = sampleOf(contentOf(fields));
  const columns = head.map((name, index) => [String(index + 1), `${index + 1}: ${name}`] as const);
  const shared = { visit, required: false } as const;
  const said = (name: string): string => fields.get(name) ?? "";
  const yesOrNo = [
    ["", words.usual],
    ["true", words.yes],
    ["false", words.no],
  ] as const;
  return (
    <details open={open}>
      <summary>{words.columns}</summary>
      <p>{words.columnsText}</p>
      <Table
        caption={words.columns}
        empty={words.nothing}
        rows={rows}
        columns={head.map((name, index) => ({
          head: `${index + 1}: ${name}`,
          cell: (row: readonly string[]) => row[index] ?? "",
        }))}
      />
      <Form visit={visit} action="look" upload>
        <Kept fields={fields} />
        <div class="row">
          {COLUMNS.map((name) => (
            <Field
              {...shared}
              name={name}
              label={words.holds[name]}
              value={said(name)}
              options={[["", words.guess], ...columns]}
            />
          ))}
          <Field
            {...shared}
            name="dateOrder"
            label={words.dates}
            value={said("dateOrder")}
            options={DATES.map((order) => [order, order === "" ? words.guess : order])}
          />
          <Field {...shared} name="header" label={words.header} value={said("header")} options={yesOrNo} />
          <Field {...shared} name="flip" label={words.flip} value={said("flip")} options={yesOrNo} />
        </div>
        <button type="submit" class="second">
          {words.lookAgain}
        </button>
      </Form>
    </details>
  );
}
