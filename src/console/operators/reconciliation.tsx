import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ageOf, Desk, OPERATORS } from "./frame.tsx";

/** Whether the books add up, and whether gateways and banks say the same as the books. */
export const reconciliationRoutes = definePage({
  path: "/admin/reconciliation",
  section: "admin",
  roles: OPERATORS,
  said: ({ operators, decisions }) => ({ done: operators.done, comparing: decisions.comparing }),
  load: async ({ client: { admin } }) => {
    const [ledger, gateways, payouts] = await Promise.all([
      ask(admin.ledger.audit.$get()),
      ask(admin.reconciliation.$get()),
      ask(admin["payout-differences"].$get({ query: { limit: "100" } })),
    ]);
    return { ledger, gateways, payouts: payouts.data.filter(({ resolvedAt }) => resolvedAt === null) };
  },
  title: ({ operators }) => operators.sections.reconciliation,
  view: (visit, { ledger, gateways, payouts }) => {
    const { decisions: words } = visit.words;
    return (
      <Desk visit={visit} place="reconciliation">
        <Books visit={visit} audit={ledger} />
        <h2>{words.gateways}</h2>
        <Table
          caption={words.gateways}
          empty={words.noGateways}
          rows={gateways.gateways}
          columns={[
            { head: words.gateway, cell: ({ provider }) => provider },
            { head: words.compared, cell: ({ comparedAt }) => <When visit={visit} at={comparedAt} /> },
            { head: words.payments, number: true, cell: (row) => row.payments },
            { head: words.settled, number: true, cell: ({ settled }) => settled },
            { head: words.failure, cell: ({ failure }) => <span class="bad">{failure ?? ""}</span> },
          ]}
        />
        <ButtonForm visit={visit} action="compare" label={words.compare} />
        <h2>{words.differences}</h2>
        <Differences visit={visit} rows={gateways.differences.filter(({ resolvedAt }) => resolvedAt === null)} />
        <h2>{words.payoutDifferences}</h2>
        <PayoutDifferences visit={visit} rows={payouts} />
      </Desk>
    );
  },
  actions: {
    compare: async ({ client }) => {
      await ask(client.admin.reconciliation.$post());
      return { say: "comparing" };
    },
    resolve: async ({ client }, fields) => {
      const { ":id": one } = client.admin.reconciliation.differences;
      const json = { reason: entered(fields, "reason") };
      await ask(one.resolve.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
    resolvePayout: async ({ client }, fields) => {
      const { ":id": one } = client.admin["payout-differences"];
      const json = { reason: entered(fields, "reason") };
      await ask(one.resolve.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
  },
});

interface Audit {
  readonly ok: boolean;
  readonly asOf: string;
  readonly payoutsFrozen: boolean;
  readonly failures: readonly {
    readonly check: string;
    readonly subject: string;
    readonly expected: string;
    readonly actual: string;
  }[];
}

/** The ledger's own proof, made as the page is opened. */
function Books({ visit, audit }: { visit: Visit; audit: Audit }) {
  const { decisions: words, operators } = visit.words;
  return (
    <>
      <h2>{operators.ledger}</h2>
      <p class={audit.ok ? "good" : "bad"}>
        {audit.ok ? operators.ledgerClean : operators.ledgerBroken} <When visit={visit} at={audit.asOf} />
      </p>
      {audit.payoutsFrozen ? <p class="bad">{words.frozen}</p> : null}
      {audit.ok ? null : (
        <Table
          caption={operators.ledger}
          empty={operators.nothing}
          rows={audit.failures}
          columns={[
            { head: operators.check, cell: ({ check }) => check },
            { head: operators.subject, cell: ({ subject }) => <code>{subject}</code> },
            { head: operators.expected, cell: ({ expected }) => expected },
            { head: operators.actual, cell: ({ actual }) => actual },
          ]}
        />
      )}
    </>
  );
}

interface Difference {
  readonly id: string;
  readonly provider: string;
  readonly kind: string;
  readonly subject: string;
  readonly amount: string | null;
  readonly asset: string | null;
  readonly ageSeconds: number;
}

function Differences({ visit, rows }: { visit: Visit; rows: readonly Difference[] }) {
  const { decisions: words } = visit.words;
  return (
    <Table
      caption={words.differences}
      empty={words.agree}
      rows={rows}
      columns={[
        { head: words.age, cell: ({ ageSeconds }) => ageOf(visit, ageSeconds) },
        { head: words.gateway, cell: ({ provider }) => provider },
        { head: words.kind, cell: ({ kind }) => kind.replaceAll("_", " ") },
        { head: words.subject, cell: ({ subject }) => <code>{subject}</code> },
        {
          head: words.amount,
          number: true,
          cell: ({ amount, asset }) =>
            amount === null ? "–" : <Money visit={visit} amount={amount} asset={asset ?? ""} />,
        },
        { head: "", cell: ({ id }) => <Settle visit={visit} action="resolve" id={id} /> },
      ]}
    />
  );
}

interface PayoutDifference {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly blocking: boolean;
  readonly firstSeenAt: string;
}

function PayoutDifferences({ visit, rows }: { visit: Visit; rows: readonly PayoutDifference[] }) {
  const { decisions: words } = visit.words;
  return (
    <Table
      caption={words.payoutDifferences}
      empty={words.agree}
      rows={rows}
      columns={[
        { head: words.at, cell: ({ firstSeenAt }) => <When visit={visit} at={firstSeenAt} /> },
        { head: words.kind, cell: ({ kind }) => kind.replaceAll("_", " ") },
        { head: words.subject, cell: ({ subject }) => <code>{subject}</code> },
        { head: words.detail, cell: ({ detail }) => detail },
        { head: words.blocking, cell: ({ blocking }) => (blocking ? <strong class="bad">{words.yes}</strong> : "–") },
        { head: "", cell: ({ id }) => <Settle visit={visit} action="resolvePayout" id={id} /> },
      ]}
    />
  );
}

function Settle({ visit, action, id }: { visit: Visit; action: string; id: string }) {
  const { decisions: words } = visit.words;
  if (visit.user.role !== "admin") return null;
  return (
    <Form visit={visit} action={action} of={id} class="row">
      <Field visit={visit} of={id} name="reason" label={words.found} />
      <button type="submit">{words.close}</button>
    </Form>
  );
}
