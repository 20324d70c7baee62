import { ask, askIfAny } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, State, Table, When } from "#console/frame/parts.tsx";
import { QrCode } from "#console/frame/qr.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Days, Referrals, Statements } from "./affiliate.parts.tsx";

/** The link that somebody shares, what came of it, and how what it earned is paid. */
export const affiliateRoutes = definePage({
  path: "/app/affiliate",
  section: "affiliate",
  island: "plot",
  said: ({ affiliate: words }) => ({ asked: words.asked, saved: words.bankSaved, cancelled: words.cancelled }),
  load: async ({ client }) => {
    const [about, commissions, payouts, days, referrals, account] = await Promise.all([
      ask(client.affiliate.$get()),
      ask(client.affiliate.commissions.$get({ query: { limit: "25" } })),
      ask(client.affiliate.payouts.$get({ query: { limit: "10" } })),
      ask(client.affiliate.days.$get({ query: {} })),
      ask(client.affiliate.referrals.$get({ query: { limit: "25" } })),
      askIfAny(client.affiliate["bank-account"].$get()),
    ]);
    return {
      about,
      commissions: commissions.data,
      payouts: payouts.data,
      days: days.data,
      referrals: referrals.data,
      account,
    };
  },
  title: ({ affiliate: words }) => words.title,
  view: (visit, { about, commissions, payouts, days, referrals, account }) => {
    const { affiliate: words } = visit.words;
    const count = new Intl.NumberFormat(visit.locale);
    return (
      <>
        <h1>{words.title}</h1>
        <p class="lead">{words.text}</p>
        <label for="link">{words.link}</label>
        <input id="link" readonly value={about.link} />
        <p>
          <QrCode text={about.link} label={words.qr} kept />
        </p>
        <div class="grid">
          {(["clicks", "signUps", "buyers"] as const).map((name) => (
            <div class="card">
              <small>{words[name]}</small>
              <div class="figure">{count.format(about[name])}</div>
            </div>
          ))}
        </div>
        <Days visit={visit} days={days} />
        <h2>{words.earnings}</h2>
        <Table
          caption={words.earnings}
          empty={words.noCommissions}
          rows={about.earnings}
          columns={(["held", "available", "paidOut", "owed"] as const).map((name) => ({
            head: words[name],
            number: true,
            cell: (row: (typeof about.earnings)[number]) => (
              <Money visit={visit} amount={row[name]} asset={row.asset} />
            ),
          }))}
        />
        <h2>{words.commissions}</h2>
        <Commissions visit={visit} rows={commissions} />
        <Statements visit={visit} />
        <h2>{words.referrals}</h2>
        <Referrals visit={visit} rows={referrals} />
        <h2>{words.payouts}</h2>
        <Payouts visit={visit} rows={payouts} />
        <Form visit={visit} action="ask" class="row">
          <Field visit={visit} name="amount" label={words.ask} inputmode="decimal" />
          <button type="submit">{words.ask}</button>
        </Form>
        <h2>{words.bank}</h2>
        {account === null ? null : (
          <p>
            {account.holderName} <code>{account.accountNumber}</code> <When visit={visit} at={account.usableFrom} />
          </p>
        )}
        <BankForm visit={visit} />
      </>
    );
  },
  actions: {
    ask: async ({ client }, fields) => {
      await ask(client.affiliate.payouts.$post({ json: { amount: entered(fields, "amount") } }));
      return { say: "asked" };
    },
    cancel: async ({ client }, fields) => {
      await ask(client.affiliate.payouts[":id"].cancel.$post({ param: { id: entered(fields, "of") } }));
      return { say: "cancelled" };
    },
    bank: async ({ client }, fields) => {
      const ifsc = entered(fields, "ifsc");
      const json = {
        type: entered(fields, "type") as "ifsc" | "iban" | "upi",
        holderName: entered(fields, "holderName"),
        accountNumber: entered(fields, "accountNumber"),
        ...(ifsc === "" ? {} : { ifsc }),
      };
      await ask(client.affiliate["bank-account"].$put({ json }));
      return { say: "saved" };
    },
  },
});

interface CommissionRow {
  readonly level: number;
  readonly base: string;
  readonly amount: string;
  readonly asset: string;
  readonly status: string;
  readonly createdAt: string;
}

function Commissions({ visit, rows }: { visit: Visit; rows: readonly CommissionRow[] }) {
  const { affiliate: words } = visit.words;
  return (
    <Table
      caption={words.commissions}
      empty={words.noCommissions}
      rows={rows}
      columns={[
        { head: "", cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
        { head: words.level, cell: ({ level }) => level },
        { head: "", cell: ({ status }) => <State of={status} /> },
        { head: words.base, number: true, cell: (row) => <Money visit={visit} amount={row.base} asset={row.asset} /> },
        {
          head: words.earned,
          number: true,
          cell: (row) => <Money visit={visit} amount={row.amount} asset={row.asset} />,
        },
      ]}
    />
  );
}

interface PayoutRow {
  readonly id: string;
  readonly net: string;
  readonly asset: string;
  readonly status: string;
  readonly requestedAt: string;
}

function Payouts({ visit, rows }: { visit: Visit; rows: readonly PayoutRow[] }) {
  const { affiliate: words } = visit.words;
  return (
    <Table
      caption={words.payouts}
      empty={words.noPayouts}
      rows={rows}
      columns={[
        { head: "", cell: ({ requestedAt }) => <When visit={visit} at={requestedAt} /> },
        { head: "", cell: ({ status }) => <State of={status} /> },
        { head: words.net, number: true, cell: (row) => <Money visit={visit} amount={row.net} asset={row.asset} /> },
        {
          head: "",
          cell: ({ id, status }) =>
            status === "requested" ? (
              <ButtonForm visit={visit} action="cancel" of={id} label={words.cancelPayout} danger />
            ) : null,
        },
      ]}
    />
  );
}

const KINDS = [
  ["ifsc", "IFSC"],
  ["iban", "IBAN"],
  ["upi", "UPI"],
] as const;

function BankForm({ visit }: { visit: Visit }) {
  const { affiliate: words } = visit.words;
  return (
    <Form visit={visit} action="bank" class="row">
      <Field visit={visit} name="type" label={words.type} options={KINDS} />
      <Field visit={visit} name="holderName" label={words.holder} autocomplete="name" />
      <Field visit={visit} name="accountNumber" label={words.number} autocomplete="off" />
      <Field visit={visit} name="ifsc" label={words.ifsc} required={false} autocomplete="off" />
      <button type="submit">{words.saveBank}</button>
    </Form>
  );
}
