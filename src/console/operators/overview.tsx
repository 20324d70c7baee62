import { ask } from "#console/frame/client.ts";
import { Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import { ADMINS, Desk } from "./frame.tsx";

/** Whether the business is whole: the ledger, the gateways, the log, and what waits for somebody. */
export const overviewRoutes = definePage({
  path: "/admin",
  section: "admin",
  roles: ADMINS,
  load: async ({ client: { admin } }) => {
    const [ledger, reconciliation, audit, jobs, withdrawals, payouts] = await Promise.all([
      ask(admin.ledger.audit.$get()),
      ask(admin.reconciliation.$get()),
      ask(admin.audit.verify.$get()),
      ask(admin.jobs.$get({ query: { limit: "100" } })),
      ask(admin.withdrawals.$get({ query: { status: "requested", limit: "100" } })),
      ask(admin.payouts.$get({ query: { status: "requested", limit: "100" } })),
    ]);
    const waiting = withdrawals.data.length + payouts.data.length;
    return { ledger, reconciliation, audit, jobs: jobs.data.length, waiting };
  },
  title: ({ operators }) => operators.title,
  view: (visit, { ledger, reconciliation, audit, jobs, waiting }) => {
    const { operators: words } = visit.words;
    const open = reconciliation.differences.filter(({ resolvedAt }) => resolvedAt === null).length;
    return (
      <Desk visit={visit} place="overview">
        <div class="grid">
          <Card title={words.ledger} good={ledger.ok} text={ledger.ok ? words.ledgerClean : words.ledgerBroken} />
          <Card title={words.reconciliation} good={open === 0} text={words.differences(open)} />
          <Card
            title={words.audit}
            good={audit.ok}
            text={audit.ok ? words.auditWhole(audit.checked) : words.auditBroken(audit.firstBad ?? 0)}
          />
          <Card title={words.failed} good={jobs === 0} text={String(jobs)} to="/admin/jobs" />
          <Card title={words.waiting} good={waiting === 0} text={String(waiting)} to="/admin/money" />
        </div>
        {ledger.ok ? null : (
          <Table
            caption={words.ledger}
            empty={words.nothing}
            rows={ledger.failures}
            columns={[
              { head: words.check, cell: ({ check }) => check },
              { head: words.subject, cell: ({ subject }) => <code>{subject}</code> },
              { head: words.expected, cell: ({ expected }) => expected },
              { head: words.actual, cell: ({ actual }) => actual },
            ]}
          />
        )}
      </Desk>
    );
  },
});

interface CardProps {
  readonly title: string;
  readonly good: boolean;
  readonly text: string;
  readonly to?: string;
}

function Card({ title, good, text, to }: CardProps) {
  return (
    <div class="card">
      <h2>{to === undefined ? title : <a href={to}>{title}</a>}</h2>
      <p class={good ? "good" : "bad"}>{text}</p>
    </div>
  );
}
