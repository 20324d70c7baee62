import { entered, Field, Form } from "#console/frame/forms.tsx";
import { Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import { sendText } from "#console/frame/text.ts";
import type { Visit } from "#console/frame/visit.ts";
import { ADMINS, Desk, Fact } from "./frame.tsx";

const COUNTS = ["completed", "failed", "reversed", "unchanged"] as const;

interface Results extends Readonly<Record<(typeof COUNTS)[number], number>> {
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

/** What a bank says became of a batch of payouts, by the file that it gives out. */
export const batchRoutes = definePage({
  path: "/admin/payout-batches/:id",
  section: "admin",
  roles: ADMINS,
  load: async () => await Promise.resolve(null),
  title: ({ decisions }) => decisions.results,
  view: (visit) => {
    const { decisions: words } = visit.words;
    return (
      <Desk visit={visit} place="payouts" title={words.results}>
        <p class="quiet">{words.resultsText}</p>
        <p>
          <a href={`/api/v1/admin/payout-batches/${encodeURIComponent(visit.param("id"))}/file`}>{words.batchFile}</a>
        </p>
        <Form visit={visit} action="read">
          <Field visit={visit} name="results" label={words.resultsFile} rows={10} />
          <button type="submit">{words.readResults}</button>
        </Form>
      </Desk>
    );
  },
  actions: {
    read: async (visit, fields) => {
      const path = `/api/v1/admin/payout-batches/${encodeURIComponent(visit.param("id"))}/results`;
      const answer = await sendText(visit, fields, { path, type: "text/csv", text: entered(fields, "results") });
      return { show: <Read visit={visit} results={await answer.json<Results>()} /> };
    },
  },
});

function Read({ visit, results }: { visit: Visit; results: Results }) {
  const { decisions: words, operators } = visit.words;
  return (
    <>
      <h1>{words.results}</h1>
      <dl>
        {COUNTS.map((count) => (
          <Fact label={words.resultCounts[count]}>{results[count]}</Fact>
        ))}
      </dl>
      <Table
        caption={words.wrongLines}
        empty={words.noWrongLines}
        rows={results.errors}
        columns={[
          { head: words.line, number: true, cell: ({ line }) => line },
          { head: words.wrongLines, cell: ({ message }) => message },
        ]}
      />
      <p>
        <a href="/admin/payouts">{operators.sections.payouts}</a>
      </p>
    </>
  );
}
