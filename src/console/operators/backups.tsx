import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Pager, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ADMINS, Desk, filtersOf } from "./frame.tsx";

/** Backups, whether each was proved by restoring it, and what went back to one. */
export const backupRoutes = definePage({
  path: "/admin/backups",
  section: "admin",
  roles: ADMINS,
  said: ({ operators, safety }) => ({ done: operators.done, begun: safety.begun }),
  load: async (visit) => {
    const { admin } = visit.client;
    const [backups, restores] = await Promise.all([
      ask(admin.backups.$get({ query: filtersOf(visit, []) })),
      ask(admin.restores.$get()),
    ]);
    return { backups, restores: restores.data };
  },
  title: ({ operators }) => operators.sections.backups,
  view: (visit, { backups, restores }) => {
    const { safety: words } = visit.words;
    return (
      <Desk visit={visit} place="backups">
        <ButtonForm visit={visit} action="write" label={words.writeBackup} />
        <Backups visit={visit} rows={backups.data} />
        <Pager visit={visit} next={backups.nextCursor} />
        <h2>{words.restores}</h2>
        <p>{words.restoresText}</p>
        <Restores visit={visit} rows={restores} />
      </Desk>
    );
  },
  actions: {
    write: async ({ client }) => {
      await ask(client.admin.backups.$post());
      return { say: "begun" };
    },
    verify: async ({ client }, fields) => {
      await ask(client.admin.backups[":id"].verify.$post({ param: { id: entered(fields, "of") } }));
      return { say: "begun" };
    },
    settle: async ({ client }, fields) => {
      const json = { reason: entered(fields, "reason") };
      await ask(client.admin.restores[":id"].settle.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
  },
});

interface Backup {
  readonly id: string;
  readonly reason: string;
  readonly status: string;
  readonly startedAt: string;
  readonly rows: number;
  readonly bytes: number;
  readonly verification: { readonly status: string; readonly at: string } | null;
  readonly finding: string | null;
}

function Backups({ visit, rows }: { visit: Visit; rows: readonly Backup[] }) {
  const { safety: words } = visit.words;
  const count = new Intl.NumberFormat(visit.locale);
  const size = new Intl.NumberFormat(visit.locale, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
  return (
    <Table
      caption={words.backups}
      empty={words.noBackups}
      rows={rows}
      columns={[
        { head: words.at, cell: ({ startedAt }) => <When visit={visit} at={startedAt} /> },
        { head: words.why, cell: ({ reason }) => reason },
        { head: words.state, cell: ({ status }) => <State of={status} /> },
        { head: words.rows, number: true, cell: (row) => count.format(row.rows) },
        { head: words.size, number: true, cell: ({ bytes }) => size.format(bytes / 1_000) },
        {
          head: words.proof,
          cell: ({ verification, finding }) => (
            <>
              {verification === null ? (
                words.notProved
              ) : (
                <>
                  <State of={verification.status} /> <When visit={visit} at={verification.at} />
                </>
              )}{" "}
              <span class="bad">{finding ?? ""}</span>
            </>
          ),
        },
        {
          head: "",
          cell: ({ id, status }) =>
            status === "stored" ? <ButtonForm visit={visit} action="verify" of={id} label={words.prove} /> : null,
        },
      ]}
    />
  );
}

interface Restore {
  readonly id: string;
  readonly takenAt: string;
  readonly restoredAt: string;
  readonly mendedAt: string | null;
  readonly settledAt: string | null;
}

function Restores({ visit, rows }: { visit: Visit; rows: readonly Restore[] }) {
  const { safety: words } = visit.words;
  return (
    <Table
      caption={words.restores}
      empty={words.noRestores}
      rows={rows}
      columns={[
        { head: words.restored, cell: ({ restoredAt }) => <When visit={visit} at={restoredAt} /> },
        { head: words.takenAt, cell: ({ takenAt }) => <When visit={visit} at={takenAt} /> },
        { head: words.mended, cell: ({ mendedAt }) => <When visit={visit} at={mendedAt} /> },
        {
          head: words.settled,
          cell: ({ id, settledAt }) =>
            settledAt === null ? (
              <Form visit={visit} action="settle" of={id} class="row">
                <Field visit={visit} of={id} name="reason" label={words.reason} />
                <button type="submit" class="danger">
                  {words.settle}
                </button>
              </Form>
            ) : (
              <When visit={visit} at={settledAt} />
            ),
        },
      ]}
    />
  );
}
