import { ask } from "#console/frame/client.ts";
import { Money, Pager, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ageOf, Desk, Filters, filtersOf, OPERATORS, statesOf } from "./frame.tsx";

const STATES = ["open", "assigned", "proposed", "resolved", "settled"] as const;
const WAITING = "waiting";

/** Disputes: those that wait first, the most pressing on top; any others by their state. */
export const disputesRoutes = definePage({
  path: "/admin/disputes",
  section: "admin",
  roles: OPERATORS,
  load: async (visit) => {
    const { disputes } = visit.client.admin;
    const { state = WAITING, ...rest } = filtersOf(visit, ["state", "assignedTo"]);
    if (state === WAITING && rest["assignedTo"] === undefined) return await ask(disputes.queue.$get());
    const query = state === WAITING || state === "all" ? rest : { ...rest, state: state as (typeof STATES)[number] };
    return await ask(disputes.$get({ query }));
  },
  title: ({ operators }) => operators.sections.disputes,
  view: (visit, { data, nextCursor }) => {
    const { decisions: words } = visit.words;
    const states = [[WAITING, words.waiting], ["all", visit.words.operators.all], ...statesOf(visit, STATES).slice(1)];
    return (
      <Desk visit={visit} place="disputes">
        <Filters
          visit={visit}
          filters={[
            { name: "state", label: words.state, options: states as [string, string][] },
            { name: "assignedTo", label: words.assignedTo },
          ]}
        />
        <Disputes visit={visit} rows={data} />
        <Pager visit={visit} next={nextCursor} />
      </Desk>
    );
  },
});

interface Row {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly openedBy: string;
  readonly assignedTo: string | null;
  readonly ageSeconds: number;
  readonly escalation: number;
  readonly asset: string;
  readonly assetAmount: string;
  readonly openedAt: string;
}

function Disputes({ visit, rows }: { visit: Visit; rows: readonly Row[] }) {
  const { decisions: words, operators } = visit.words;
  return (
    <Table
      caption={operators.sections.disputes}
      empty={operators.nothing}
      rows={rows}
      columns={[
        {
          head: words.age,
          cell: ({ id, ageSeconds, escalation }) => (
            <>
              <a href={`/admin/disputes/${id}`}>{ageOf(visit, ageSeconds)}</a>
              {escalation === 0 ? null : <small class="bad"> {words.escalation(escalation)}</small>}
            </>
          ),
        },
        { head: words.state, cell: ({ state }) => <State of={state} /> },
        {
          head: words.amount,
          number: true,
          cell: (row) => <Money visit={visit} amount={row.assetAmount} asset={row.asset} />,
        },
        { head: words.openedBy, cell: ({ openedBy }) => openedBy },
        { head: words.reason, cell: ({ reason }) => reason },
        { head: words.assignedTo, cell: ({ assignedTo }) => assignedTo ?? "–" },
        { head: words.opened, cell: ({ openedAt }) => <When visit={visit} at={openedAt} /> },
      ]}
    />
  );
}
