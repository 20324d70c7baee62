import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ADMINS, Desk } from "./frame.tsx";

/** Money that wants to leave, with what is needed to decide on one screen. */
export const moneyRoutes = definePage({
  path: "/admin/money",
  section: "admin",
  roles: ADMINS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async ({ client: { admin } }) => {
    const [withdrawals, payouts] = await Promise.all([
      ask(admin.withdrawals.$get({ query: { status: "requested" } })),
      ask(admin.payouts.$get({ query: { status: "requested" } })),
    ]);
    return { withdrawals: withdrawals.data, payouts: payouts.data };
  },
  title: ({ operators }) => operators.sections.money,
  view: (visit, { withdrawals, payouts }) => {
    const { operators: words } = visit.words;
    return (
      <Desk visit={visit} place="money">
        <h2>{words.withdrawals}</h2>
        <Withdrawals visit={visit} rows={withdrawals} />
        <h2>{words.payouts}</h2>
        <Payouts visit={visit} rows={payouts} />
      </Desk>
    );
  },
  actions: {
    approveWithdrawal: async ({ client }, fields) => {
      await ask(client.admin.withdrawals[":id"].approve.$post({ param: { id: entered(fields, "of") } }));
      return { say: "done" };
    },
    rejectWithdrawal: async ({ client }, fields) => {
      const json = { reason: entered(fields, "reason") };
      await ask(client.admin.withdrawals[":id"].reject.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
    approvePayout: async ({ client }, fields) => {
      await ask(client.admin.payouts[":id"].approve.$post({ param: { id: entered(fields, "of") } }));
      return { say: "done" };
    },
    rejectPayout: async ({ client }, fields) => {
      const json = { reason: entered(fields, "reason") };
      await ask(client.admin.payouts[":id"].reject.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
  },
});

interface WithdrawalRow {
  readonly id: string;
  readonly userId: string;
  readonly amount: string;
  readonly asset: string;
  readonly address: string;
  readonly holds: readonly string[];
  readonly approvalsNeeded: number;
  readonly createdAt: string;
}

function Withdrawals({ visit, rows }: { visit: Visit; rows: readonly WithdrawalRow[] }) {
  const { operators: words } = visit.words;
  return (
    <Table
      caption={words.withdrawals}
      empty={words.nothing}
      rows={rows}
      columns={[
        { head: words.asked, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
        { head: words.actor, cell: ({ userId }) => <a href={`/admin/users/${userId}`}>{userId}</a> },
        {
          head: words.amount,
          number: true,
          cell: (row) => <Money visit={visit} amount={row.amount} asset={row.asset} />,
        },
        { head: words.address, cell: ({ address }) => <code>{address}</code> },
        { head: words.holds, cell: ({ holds }) => holds.join(", ") },
        { head: words.approvals, number: true, cell: ({ approvalsNeeded }) => approvalsNeeded },
        { head: "", cell: ({ id }) => <Decision visit={visit} id={id} what="Withdrawal" /> },
      ]}
    />
  );
}

interface PayoutRow {
  readonly id: string;
  readonly userId: string;
  readonly holderName: string;
  readonly bankAccount: string;
  readonly net: string;
  readonly asset: string;
  readonly requestedAt: string;
}

function Payouts({ visit, rows }: { visit: Visit; rows: readonly PayoutRow[] }) {
  const { operators: words } = visit.words;
  return (
    <Table
      caption={words.payouts}
      empty={words.nothing}
      rows={rows}
      columns={[
        { head: words.asked, cell: ({ requestedAt }) => <When visit={visit} at={requestedAt} /> },
        { head: words.actor, cell: ({ userId }) => <a href={`/admin/users/${userId}`}>{userId}</a> },
        { head: words.holder, cell: ({ holderName, bankAccount }) => `${holderName} ${bankAccount}` },
        { head: words.net, number: true, cell: (row) => <Money visit={visit} amount={row.net} asset={row.asset} /> },
        { head: "", cell: ({ id }) => <Decision visit={visit} id={id} what="Payout" /> },
      ]}
    />
  );
}

function Decision({ visit, id, what }: { visit: Visit; id: string; what: "Withdrawal" | "Payout" }) {
  const { operators: words } = visit.words;
  const refused = visit.refused?.fields.get("of") === id ? visit : { ...visit, refused: null };
  return (
    <>
      <ButtonForm visit={visit} action={`approve${what}`} of={id} label={words.approve} />
      <Form visit={visit} action={`reject${what}`} of={id} class="row">
        <Field visit={refused} name="reason" label={words.reason} />
        <button type="submit" class="danger">
          {words.reject}
        </button>
      </Form>
    </>
  );
}
