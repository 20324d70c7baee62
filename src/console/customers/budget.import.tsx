import { ask, headersOf, Refusal } from "#console/frame/client.ts";
import type { RefusedProblem } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

const FORMATS = {
  csv: "text/csv",
  ofx: "application/x-ofx",
  qif: "application/qif",
  camt: "application/xml",
} as const;
const DATES = ["", "ymd", "dmy", "mdy"] as const;

/** A bank's statement: pasted, looked at row by row, and only then taken in. */
export const budgetImportRoutes = definePage({
  path: "/app/budget/import",
  section: "budget",
  said: ({ reports }) => ({ taken: reports.taken, undone: reports.undone }),
  load: async ({ client }) => {
    const [accounts, imports] = await Promise.all([
      ask(client.accounts.$get({ query: { limit: "100" } })),
      ask(client.transactions.imports.$get({ query: { limit: "10" } })),
    ]);
    return { accounts: accounts.data, imports: imports.data };
  },
  title: ({ reports }) => reports.import,
  view: (visit, { accounts, imports }) => {
    const { reports: words, budget } = visit.words;
    return (
      <>
        <h1>{words.import}</h1>
        <p class="lead">
          {words.importText} <a href="/app/budget">{budget.title}</a>
        </p>
        {accounts.length === 0 ? (
          <p class="empty">{budget.noAccount}</p>
        ) : (
          <Form visit={visit} action="look">
            <div class="row">
              <Field
                visit={visit}
                name="accountId"
                label={budget.account}
                options={accounts.map(({ id, name }) => [id, name])}
              />
              <Field
                visit={visit}
                name="format"
                label={words.format}
                options={Object.keys(FORMATS).map((format) => [format, format.toUpperCase()])}
              />
              <Field
                visit={visit}
                name="dateOrder"
                label={words.dates}
                required={false}
                options={DATES.map((order) => [order, order === "" ? words.guess : order])}
              />
            </div>
            <Field visit={visit} name="statement" label={words.statement} rows={12} />
            <button type="submit">{words.look}</button>
          </Form>
        )}
        <h2>{words.imports}</h2>
        <Table
          caption={words.imports}
          empty={words.noImports}
          rows={imports}
          columns={[
            { head: words.when, cell: ({ createdAt }) => createdAt.slice(0, 10) },
            { head: words.format, cell: ({ format }) => format.toUpperCase() },
            { head: words.created, number: true, cell: ({ created }) => created },
            { head: words.duplicates, number: true, cell: ({ duplicates }) => duplicates },
            {
              head: "",
              cell: ({ id }) => <ButtonForm visit={visit} action="undo" of={id} label={words.undo} danger />,
            },
          ]}
        />
      </>
    );
  },
  actions: {
    look: async (visit, fields) => {
      const found = await read(visit, fields, true);
      return { show: <Preview visit={visit} fields={fields} found={found} /> };
    },
    take: async (visit, fields) => {
      await read(visit, fields, false);
      return { say: "taken" };
    },
    undo: async ({ client }, fields) => {
      await ask(client.transactions.imports[":id"].$delete({ param: { id: entered(fields, "of") } }));
      return { say: "undone" };
    },
  },
});

interface Found {
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

/** Statements go as they are, which typed calls of JSON cannot say: the same call by hand. */
async function read({ c, csrf }: Visit, fields: URLSearchParams, dryRun: boolean): Promise<Found> {
  const format = Object.entries(FORMATS).find(([name]) => name === entered(fields, "format"));
  const query = new URLSearchParams({ accountId: entered(fields, "accountId"), dryRun: String(dryRun) });
  const order = entered(fields, "dateOrder");
  if (order !== "") query.set("dateOrder", order);
  const key = fields.get("key") ?? crypto.randomUUID();
  const token = fields.get("csrf") ?? csrf;
  const headers = headersOf(c, { csrf: token, key, origin: c.get("ctx").config.publicOrigin });
  headers.set("Content-Type", format?.[1] ?? FORMATS.csv);
  const url = new URL(`/api/v1/transactions/import?${query.toString()}`, c.req.url);
  const request = new Request(url, { method: "POST", headers, body: fields.get("statement") ?? "" });
  const answer = await c.get("dispatch")(request);
  if (!answer.ok) throw new Refusal(await answer.json<RefusedProblem>());
  return await answer.json<Found>();
}

interface PreviewProps {
  readonly visit: Visit;
  readonly fields: URLSearchParams;
  readonly found: Found;
}

function Preview({ visit, fields, found }: PreviewProps) {
  const { reports: words, budget } = visit.words;
  const kept = ["accountId", "format", "dateOrder", "statement"];
  return (
    <>
      <h1>{words.preview}</h1>
      <p class="lead">{words.found(found.created, found.duplicates, found.errors.length)}</p>
      <ul class="plain">
        {found.errors.map(({ line, message }) => (
          <li class="bad">
            {words.line} {line}: {message}
          </li>
        ))}
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
      <Form visit={visit} action="take">
        {kept.map((name) => (
          <input type="hidden" name={name} value={fields.get(name) ?? ""} />
        ))}
        <button type="submit">{words.take}</button>
      </Form>
      <p>
        <a href="/app/budget/import">{words.import}</a>
      </p>
    </>
  );
}
