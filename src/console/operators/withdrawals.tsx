import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { accountsOf, Who } from "./accounts.tsx";
import type { Accounts } from "./accounts.tsx";
import { Decisions, SHOWN } from "./decisions.tsx";
import { ADMINS, Desk, Fact, filtersOf } from "./frame.tsx";

const STATES = ["requested", "approved", "broadcast", "confirmed", "rejected", "failed", "cancelled"] as const;

/** Money that wants to leave by a network, with what is needed to decide on one screen. */
export const withdrawalRoutes = definePage({
  path: "/admin/withdrawals",
  section: "admin",
  roles: ADMINS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async (visit) => {
    const { admin } = visit.client;
    const { status = "requested", ...rest } = filtersOf(visit, ["status"]);
    const query = { ...rest, limit: SHOWN, ...(status === "all" ? {} : { status: status as (typeof STATES)[number] }) };
    const [page, incidents] = await Promise.all([
      ask(admin.withdrawals.$get({ query })),
      ask(admin["wallet-incidents"].$get({ query: { limit: "20" } })),
    ]);
    const waiting = page.data.filter((row) => row.status === "requested");
    const accounts = await accountsOf(visit, waiting);
    const open = incidents.data.filter(({ closedAt }) => closedAt === null);
    return { page, waiting, accounts, incidents: open };
  },
  title: ({ operators }) => operators.sections.withdrawals,
  view: (visit, { page, waiting, accounts, incidents }) => {
    const { decisions: words } = visit.words;
    return (
      <Desk visit={visit} place="withdrawals">
        <Decisions
          visit={visit}
          states={STATES}
          page={page}
          cards={waiting.map((row) => (
            <Waiting visit={visit} row={row} accounts={accounts} />
          ))}
          others={<Others visit={visit} rows={page.data.filter((row) => row.status !== "requested")} />}
        />
        <h2>{words.incidents}</h2>
        <Incidents visit={visit} rows={incidents} />
      </Desk>
    );
  },
  actions: {
    approve: async ({ client }, fields) => {
      await ask(client.admin.withdrawals[":id"].approve.$post({ param: { id: entered(fields, "of") } }));
      return { say: "done" };
    },
    reject: async ({ client }, fields) => {
      const json = { reason: entered(fields, "reason") };
      await ask(client.admin.withdrawals[":id"].reject.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
    sent: async ({ client }, fields) => {
      const json = { txid: entered(fields, "txid") };
      await ask(client.admin.withdrawals[":id"].sent.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
    resolve: async ({ client }, fields) => {
      const outcome = entered(fields, "outcome") === "paid" ? ("paid" as const) : ("unpaid" as const);
      const json = { outcome, reason: entered(fields, "reason") };
      await ask(client.admin.withdrawals[":id"].resolve.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
    close: async ({ client }, fields) => {
      const json = { reason: entered(fields, "reason") };
      await ask(client.admin["wallet-incidents"][":id"].close.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
  },
});

interface Row {
  readonly id: string;
  readonly userId: string;
  readonly amount: string;
  readonly fee: string;
  readonly asset: string;
  readonly network: string;
  readonly address: string;
  readonly status: string;
  readonly txid: string | null;
  readonly holds: readonly string[];
  readonly reason: string | null;
  readonly approvalsNeeded: number;
  readonly hotWallet: string | null;
  readonly createdAt: string;
}

function Waiting({ visit, row, accounts }: { visit: Visit; row: Row; accounts: Accounts }) {
  const { decisions: words } = visit.words;
  return (
    <section class="card">
      <h2>
        <Money visit={visit} amount={row.amount} asset={row.asset} />
      </h2>
      <dl>
        <Who visit={visit} id={row.userId} accounts={accounts} />
        <Fact label={words.asked}>
          <When visit={visit} at={row.createdAt} />
        </Fact>
        <Fact label={words.to}>
          {row.network}: <code>{row.address}</code>
        </Fact>
        <Fact label={words.fee}>
          <Money visit={visit} amount={row.fee} asset={row.asset} />
        </Fact>
        <Fact label={words.holds}>{row.holds.length === 0 ? "–" : row.holds.join(", ")}</Fact>
        <Fact label={words.hotWallet}>{row.hotWallet ?? "–"}</Fact>
        <Fact label={words.approvals}>{row.approvalsNeeded}</Fact>
      </dl>
      <ButtonForm visit={visit} action="approve" of={row.id} label={words.approve} />
      <Form visit={visit} action="reject" of={row.id} class="row">
        <Field visit={visit} of={row.id} name="reason" label={words.reason} />
        <button type="submit" class="danger">
          {words.reject}
        </button>
      </Form>
    </section>
  );
}

function Others({ visit, rows }: { visit: Visit; rows: readonly Row[] }) {
  const { decisions: words, operators } = visit.words;
  if (rows.length === 0) return null;
  return (
    <Table
      caption={operators.sections.withdrawals}
      empty={operators.nothing}
      rows={rows}
      columns={[
        { head: words.asked, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
        { head: words.who, cell: ({ userId }) => <a href={`/admin/users/${userId}`}>{userId}</a> },
        {
          head: words.amount,
          number: true,
          cell: (row) => <Money visit={visit} amount={row.amount} asset={row.asset} />,
        },
        { head: words.state, cell: ({ status }) => <State of={status} /> },
        { head: words.transaction, cell: ({ txid }) => <code>{txid ?? "–"}</code> },
        { head: words.reason, cell: ({ reason }) => reason ?? "" },
        { head: "", cell: (row) => <Outcome visit={visit} row={row} /> },
      ]}
    />
  );
}

/** For what left and of which nobody knows whether it arrived. */
function Outcome({ visit, row: { id, status } }: { visit: Visit; row: Row }) {
  const { decisions: words } = visit.words;
  if (status !== "approved" && status !== "broadcast") return null;
  return (
    <details>
      <summary>{words.outcome}</summary>
      <Form visit={visit} action="sent" of={id}>
        <Field visit={visit} of={id} name="txid" label={words.transaction} />
        <button type="submit">{words.sent}</button>
      </Form>
      <Form visit={visit} action="resolve" of={id}>
        <Field
          visit={visit}
          of={id}
          name="outcome"
          label={words.outcome}
          options={[
            ["paid", words.paid],
            ["unpaid", words.unpaid],
          ]}
        />
        <Field visit={visit} of={id} name="reason" label={words.reason} />
        <button type="submit" class="danger">
          {words.resolveOutcome}
        </button>
      </Form>
    </details>
  );
}

interface IncidentRow {
  readonly id: string;
  readonly network: string;
  readonly kind: string;
  readonly subject: string;
  readonly openedAt: string;
}

function Incidents({ visit, rows }: { visit: Visit; rows: readonly IncidentRow[] }) {
  const { decisions: words, operators } = visit.words;
  return (
    <Table
      caption={words.incidents}
      empty={operators.nothing}
      rows={rows}
      columns={[
        { head: words.opened, cell: ({ openedAt }) => <When visit={visit} at={openedAt} /> },
        { head: words.kind, cell: ({ kind, network }) => `${kind.replaceAll("_", " ")} (${network})` },
        { head: words.subject, cell: ({ subject }) => <code>{subject}</code> },
        {
          head: "",
          cell: ({ id }) => (
            <Form visit={visit} action="close" of={id} class="row">
              <Field visit={visit} of={id} name="reason" label={words.found} />
              <button type="submit">{words.close}</button>
            </Form>
          ),
        },
      ]}
    />
  );
}
