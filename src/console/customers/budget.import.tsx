import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { DATES, FILE_LIMIT_BYTES, FORMATS, readStatement } from "./budget.import.file.ts";
import { lookAt } from "./budget.import.preview.tsx";

const TAKEN = ".csv,.tsv,.txt,.ofx,.qfx,.qif,.xml,text/csv,application/x-ofx,application/qif,application/xml";

/** A bank's statement: a file or its text, looked at row by row, and only then taken in. */
export const budgetImportRoutes = definePage({
  path: "/app/budget/import",
  section: "budget",
  uploadBytes: FILE_LIMIT_BYTES,
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
        {accounts.length === 0 ? <p class="empty">{budget.noAccount}</p> : <Choose visit={visit} accounts={accounts} />}
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
    look: async (visit, fields) => ({ show: await lookAt(visit, fields) }),
    take: async (visit, fields) => {
      await readStatement(visit, fields, false);
      return { say: "taken" };
    },
    undo: async ({ client }, fields) => {
      await ask(client.transactions.imports[":id"].$delete({ param: { id: entered(fields, "of") } }));
      return { say: "undone" };
    },
  },
});

interface ChooseProps {
  readonly visit: Visit;
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
}

/** Which statement, of which account. A file that was refused has to be chosen again: no page can fill that in. */
function Choose({ visit, accounts }: ChooseProps) {
  const { reports: words, budget } = visit.words;
  return (
    <Form visit={visit} action="look" upload>
      <label for="file">{words.file}</label>
      <input id="file" name="file" type="file" accept={TAKEN} aria-describedby="file-hint" />
      <small id="file-hint">{words.fileHint}</small>
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
          required={false}
          options={[["", words.guess], ...Object.keys(FORMATS).map((name) => [name, name.toUpperCase()] as const)]}
        />
        <Field
          visit={visit}
          name="dateOrder"
          label={words.dates}
          required={false}
          options={DATES.map((order) => [order, order === "" ? words.guess : order])}
        />
      </div>
      <details open={(visit.refused?.fields.get("statement") ?? "") !== ""}>
        <summary>{words.paste}</summary>
        <Field visit={visit} name="statement" label={words.statement} required={false} rows={12} />
      </details>
      <button type="submit">{words.look}</button>
    </Form>
  );
}
