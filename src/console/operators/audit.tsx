import { ask } from "#console/frame/client.ts";
import { Pager, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ADMINS, Desk, Filters, filtersOf } from "./frame.tsx";

/** Who has done what, what it changed, and whether the chain of it is whole. */
export const auditRoutes = definePage({
  path: "/admin/audit",
  section: "admin",
  roles: ADMINS,
  load: async (visit) => {
    const { admin } = visit.client;
    const { from, to, ...rest } = filtersOf(visit, ["actor", "action", "target", "from", "to"]);
    const query = {
      ...rest,
      ...(from === undefined ? {} : { from: `${from}T00:00:00.000Z` }),
      ...(to === undefined ? {} : { to: `${to}T23:59:59.999Z` }),
    };
    const [page, proof] = await Promise.all([
      ask(admin.audit.$get({ query })),
      visit.query.has("verify") ? ask(admin.audit.verify.$get()) : null,
    ]);
    return { page, proof };
  },
  title: ({ operators }) => operators.audit,
  view: (visit, { page, proof }) => {
    const { operators: words, safety } = visit.words;
    return (
      <Desk visit={visit} place="audit">
        {proof === null ? (
          <p>
            <a href="?verify">{safety.verify}</a>
          </p>
        ) : (
          <p class={proof.ok ? "good" : "bad"} role="status">
            {proof.ok ? words.auditWhole(proof.checked) : words.auditBroken(proof.firstBad ?? 0)}
          </p>
        )}
        <Filters
          visit={visit}
          filters={[
            { name: "actor", label: words.actor },
            { name: "action", label: words.action },
            { name: "target", label: words.target },
            { name: "from", label: safety.from, type: "date" },
            { name: "to", label: safety.to, type: "date" },
          ]}
        />
        <Table
          caption={words.audit}
          empty={words.nothing}
          rows={page.data}
          columns={[
            { head: words.at, cell: ({ at }) => <When visit={visit} at={at} /> },
            { head: words.actor, cell: ({ actor }) => <code>{actor}</code> },
            { head: words.action, cell: ({ action }) => action },
            { head: words.target, cell: ({ target }) => <code>{target}</code> },
            { head: words.reason, cell: ({ reason }) => reason ?? "" },
            { head: safety.changed, cell: (row) => <Change visit={visit} row={row} /> },
          ]}
        />
        <Pager visit={visit} next={page.nextCursor} />
      </Desk>
    );
  },
});

interface AuditRow {
  readonly seq: number;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly ip: string | null;
  readonly requestId: string;
}

/** What a row changed, field by field, and where it came from. */
function Change({ visit, row }: { visit: Visit; row: AuditRow }) {
  const { safety: words } = visit.words;
  const changes = differenceOf(row.before ?? null, row.after ?? null);
  return (
    <details>
      <summary>{words.fields(changes.length)}</summary>
      <dl>
        {changes.map(({ name, before, after }) => (
          <>
            <dt>{name}</dt>
            <dd>
              {before === null ? null : <del>{before}</del>} {after === null ? null : <ins>{after}</ins>}
            </dd>
          </>
        ))}
        <dt>{words.row}</dt>
        <dd>{row.seq}</dd>
        <dt>{words.request}</dt>
        <dd>
          <code>{row.requestId}</code> {row.ip ?? ""}
        </dd>
      </dl>
    </details>
  );
}

interface Difference {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The fields in which two values differ; values that are no objects differ as a whole. */
export function differenceOf(before: unknown, after: unknown): Difference[] {
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])];
  return names
    .map((name) => ({ name, before: old.get(name) ?? null, after: fresh.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
}

function fieldsOf(value: unknown): Map<string, string> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== "object" || Array.isArray(value)) return new Map([["", JSON.stringify(value)]]);
  return new Map(Object.entries(value).map(([name, field]) => [name, JSON.stringify(field)]));
}
