import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import type { Column } from "#console/frame/parts.tsx";
import { Money, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** All wallets, and what is on its way in and out. */
export const walletRoutes = definePage({
  path: "/app/wallet",
  section: "wallet",
  said: ({ wallet }) => ({ opened: wallet.opened, cancelled: wallet.cancelled, asked: wallet.asked }),
  load: async ({ client }) => {
    const [wallets, assets, deposits, withdrawals] = await Promise.all([
      ask(client.wallets.$get()),
      ask(client.assets.$get()),
      ask(client.deposits.$get({ query: { limit: "10" } })),
      ask(client.withdrawals.$get({ query: { limit: "10" } })),
    ]);
    const open = new Set(wallets.data.map(({ asset }) => asset));
    const closed = assets.data.filter(({ asset }) => !open.has(asset));
    return { wallets: wallets.data, closed, deposits: deposits.data, withdrawals: withdrawals.data };
  },
  title: ({ wallet }) => wallet.title,
  view: (visit, { wallets, closed, deposits, withdrawals }) => {
    const { wallet, frame } = visit.words;
    return (
      <>
        <h1>{wallet.title}</h1>
        <p class="lead">{wallet.text}</p>
        <Table
          caption={wallet.title}
          empty={frame.nothing}
          rows={wallets}
          columns={[
            { head: wallet.asset, cell: ({ asset }) => <a href={`/app/wallet/${asset}`}>{asset}</a> },
            moneyColumn(visit, { head: wallet.available, of: "available" }),
            moneyColumn(visit, { head: wallet.held, of: "held" }),
            moneyColumn(visit, { head: wallet.total, of: "total" }),
          ]}
        />
        {closed.length === 0 ? null : (
          <Form visit={visit} action="open" class="row">
            <Field
              visit={visit}
              name="asset"
              label={wallet.asset}
              options={closed.map(({ asset, name }) => [asset, `${asset} – ${name}`])}
            />
            <button type="submit">{wallet.open}</button>
          </Form>
        )}
        <h2>{wallet.deposits}</h2>
        <Deposits visit={visit} rows={deposits} />
        <h2>{wallet.withdrawals}</h2>
        <Withdrawals visit={visit} rows={withdrawals} />
      </>
    );
  },
  actions: {
    open: async ({ client }, fields) => {
      await ask(client.wallets.$post({ json: { asset: entered(fields, "asset") } }));
      return { say: "opened" };
    },
    cancel: async ({ client }, fields) => {
      await ask(client.withdrawals[":id"].cancel.$post({ param: { id: entered(fields, "of") } }));
      return { say: "cancelled" };
    },
  },
});

/** A column of amounts, each in the asset of its row. */
function moneyColumn<K extends string>(
  visit: Visit,
  { head, of }: { head: string; of: K },
): Column<{ readonly asset: string } & Readonly<Record<K, string>>> {
  return { head, number: true, cell: (row) => <Money visit={visit} amount={row[of]} asset={row.asset} /> };
}

interface DepositRow {
  readonly asset: string;
  readonly network: string;
  readonly amount: string;
  readonly confirmations: number;
  readonly required: number;
  readonly status: string;
  readonly createdAt: string;
}

function Deposits({ visit, rows }: { visit: Visit; rows: readonly DepositRow[] }) {
  const { wallet, frame } = visit.words;
  return (
    <Table
      caption={wallet.deposits}
      empty={frame.nothing}
      rows={rows}
      columns={[
        { head: wallet.date, cell: (row) => <When visit={visit} at={row.createdAt} /> },
        { head: wallet.network, cell: ({ network }) => network },
        {
          head: wallet.state,
          cell: ({ status, confirmations, required }) => (
            <>
              <State of={status} />{" "}
              <small>
                {confirmations}/{required}
              </small>
            </>
          ),
        },
        moneyColumn(visit, { head: wallet.amount, of: "amount" }),
      ]}
    />
  );
}

interface WithdrawalRow {
  readonly id: string;
  readonly asset: string;
  readonly amount: string;
  readonly address: string;
  readonly status: string;
  readonly createdAt: string;
}

function Withdrawals({ visit, rows }: { visit: Visit; rows: readonly WithdrawalRow[] }) {
  const { wallet, frame } = visit.words;
  return (
    <Table
      caption={wallet.withdrawals}
      empty={frame.nothing}
      rows={rows}
      columns={[
        {
          head: wallet.date,
          cell: (row) => (
            <a href={`/app/withdrawals/${row.id}`}>
              <When visit={visit} at={row.createdAt} />
            </a>
          ),
        },
        { head: wallet.address, cell: ({ address }) => <code>{address}</code> },
        { head: wallet.state, cell: ({ status }) => <State of={status} /> },
        moneyColumn(visit, { head: wallet.amount, of: "amount" }),
        {
          head: "",
          cell: ({ id, status }) =>
            status === "requested" ? <ButtonForm visit={visit} action="cancel" of={id} label={wallet.cancel} /> : null,
        },
      ]}
    />
  );
}
