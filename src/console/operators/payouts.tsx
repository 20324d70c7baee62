import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { accountsOf, Who } from "./accounts.tsx";
import type { Accounts } from "./accounts.tsx";
import { Decisions, SHOWN } from "./decisions.tsx";
import { ADMINS, Desk, Fact, filtersOf } from "./frame.tsx";

const STATES = [
  "requested",
  "approved",
  "processing",
  "completed",
  "cancelled",
  "rejected",
  "failed",
  "reversed",
] as const;

/** Payouts to decide, and the batch that sends what is decided. */
const list = definePage({
  path: "/admin/payouts",
  section: "admin",
  roles: ADMINS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async (visit) => {
    const { admin } = visit.client;
    const { status = "requested", ...rest } = filtersOf(visit, ["status"]);
    const query = { ...rest, limit: SHOWN, ...(status === "all" ? {} : { status: status as (typeof STATES)[number] }) };
    const [page, batch] = await Promise.all([
      ask(admin.payouts.$get({ query })),
      ask(admin["payout-batches"].preview.$get()),
    ]);
    const waiting = page.data.filter((row) => row.status === "requested");
    return { page, batch, waiting, accounts: await accountsOf(visit, waiting) };
  },
  title: ({ operators }) => operators.sections.payouts,
  view: (visit, { page, batch, waiting, accounts }) => {
    const { decisions: words } = visit.words;
    return (
      <Desk visit={visit} place="payouts">
        <Decisions
          visit={visit}
          states={STATES}
          page={page}
          cards={waiting.map((row) => (
            <Waiting visit={visit} row={row} accounts={accounts} />
          ))}
          others={<Others visit={visit} rows={page.data.filter((row) => row.status !== "requested")} />}
        />
        <h2>{words.batch}</h2>
        <p>{words.batchText(batch.count)}</p>
        <ul class="plain">
          {batch.totals.map(({ asset, net }) => (
            <li>
              <Money visit={visit} amount={net} asset={asset} />
            </li>
          ))}
          {batch.roads.map(({ road, count }) => (
            <li>
              {road}: {count}
            </li>
          ))}
        </ul>
        {batch.count === 0 ? null : <ButtonForm visit={visit} action="send" label={words.send} danger />}
      </Desk>
    );
  },
  actions: {
    approve: async ({ client }, fields) => {
      await ask(client.admin.payouts[":id"].approve.$post({ param: { id: entered(fields, "of") } }));
      return { say: "done" };
    },
    reject: async ({ client }, fields) => {
      const json = { reason: entered(fields, "reason") };
      await ask(client.admin.payouts[":id"].reject.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
    send: async (visit) => {
      const { id, count } = await ask(visit.client.admin["payout-batches"].$post());
      return { show: <Sent visit={visit} id={id ?? ""} count={count} /> };
    },
  },
});

function Sent({ visit, id, count }: { visit: Visit; id: string; count: number }) {
  const { decisions: words, operators } = visit.words;
  return (
    <>
      <h1>{words.batch}</h1>
      <p class="lead">{words.batchSent(count)}</p>
      <p>
        <a href={`/api/v1/admin/payout-batches/${id}/file`}>{words.batchFile}</a>
      </p>
      <p>
        <a href={`/admin/payout-batches/${id}`}>{words.results}</a>
      </p>
      <p>
        <a href="/admin/payouts">{operators.sections.payouts}</a>
      </p>
    </>
  );
}

interface Row {
  readonly id: string;
  readonly userId: string;
  readonly holderName: string;
  readonly bankAccount: string;
  readonly amount: string;
  readonly taxWithheld: string;
  readonly net: string;
  readonly asset: string;
  readonly status: string;
  readonly requestedAt: string;
}

function Waiting({ visit, row, accounts }: { visit: Visit; row: Row; accounts: Accounts }) {
  const { decisions: words } = visit.words;
  return (
    <section class="card">
      <h2>
        <Money visit={visit} amount={row.net} asset={row.asset} />
      </h2>
      <dl>
        <Who visit={visit} id={row.userId} accounts={accounts} />
        <Amounts visit={visit} row={row} />
      </dl>
      <ButtonForm visit={visit} action="approve" of={row.id} label={words.approve} />
      <Form visit={visit} action="reject" of={row.id} class="row">
        <Field visit={visit} of={row.id} name="reason" label={words.reason} />
        <button type="submit" class="danger">
          {words.reject}
        </button>
      </Form>
      <p>
        <a href={`/admin/payouts/${row.id}`}>{words.history}</a>
      </p>
    </section>
  );
}

function Amounts({ visit, row }: { visit: Visit; row: Row }) {
  const { decisions: words } = visit.words;
  return (
    <>
      <Fact label={words.asked}>
        <When visit={visit} at={row.requestedAt} />
      </Fact>
      <Fact label={words.to}>
        {row.holderName} <code>{row.bankAccount}</code>
      </Fact>
      <Fact label={words.amount}>
        <Money visit={visit} amount={row.amount} asset={row.asset} />
      </Fact>
      <Fact label={words.tax}>
        <Money visit={visit} amount={row.taxWithheld} asset={row.asset} />
      </Fact>
    </>
  );
}

function Others({ visit, rows }: { visit: Visit; rows: readonly Row[] }) {
  const { decisions: words, operators } = visit.words;
  if (rows.length === 0) return null;
  return (
    <Table
      caption={operators.sections.payouts}
      empty={operators.nothing}
      rows={rows}
      columns={[
        {
          head: words.asked,
          cell: ({ id, requestedAt }) => (
            <a href={`/admin/payouts/${id}`}>
              <When visit={visit} at={requestedAt} />
            </a>
          ),
        },
        { head: words.to, cell: ({ holderName, bankAccount }) => `${holderName} ${bankAccount}` },
        { head: words.state, cell: ({ status }) => <State of={status} /> },
        { head: words.net, number: true, cell: (row) => <Money visit={visit} amount={row.net} asset={row.asset} /> },
      ]}
    />
  );
}

/** One payout: what happened to it, and what the bank says of it. */
const one = definePage({
  path: "/admin/payouts/:id",
  section: "admin",
  roles: ADMINS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async (visit) => {
    const payout = await ask(visit.client.admin.payouts[":id"].$get({ param: { id: visit.param("id") } }));
    return { payout, accounts: await accountsOf(visit, [payout]) };
  },
  title: ({ operators }) => operators.sections.payouts,
  view: (visit, { payout, accounts }) => {
    const { decisions: words } = visit.words;
    return (
      <Desk visit={visit} place="payouts" title={words.payout}>
        <p>
          <State of={payout.status} />
        </p>
        <dl>
          <Who visit={visit} id={payout.userId} accounts={accounts} />
          <Amounts visit={visit} row={payout} />
          <Fact label={words.net}>
            <Money visit={visit} amount={payout.net} asset={payout.asset} />
          </Fact>
          <Fact label={words.reference}>{payout.reference ?? "–"}</Fact>
        </dl>
        <h2>{words.history}</h2>
        <ul class="plain">
          {payout.history.map(({ at, status, actor, reason }) => (
            <li>
              <When visit={visit} at={at} /> <State of={status} /> <code>{actor}</code> {reason ?? ""}
            </li>
          ))}
        </ul>
        <BankSays visit={visit} status={payout.status} />
      </Desk>
    );
  },
  actions: {
    complete: async ({ client, param }, fields) => {
      const json = { reference: entered(fields, "reference") };
      await ask(client.admin.payouts[":id"].complete.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    fail: async ({ client, param }, fields) => {
      const json = { reason: entered(fields, "reason") };
      await ask(client.admin.payouts[":id"].fail.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    reverse: async ({ client, param }, fields) => {
      const json = { reason: entered(fields, "reason") };
      await ask(client.admin.payouts[":id"].reverse.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
  },
});

function BankSays({ visit, status }: { visit: Visit; status: string }) {
  const { decisions: words } = visit.words;
  if (status === "processing") {
    return (
      <>
        <Form visit={visit} action="complete" class="row">
          <Field visit={visit} name="reference" label={words.reference} />
          <button type="submit">{words.arrived}</button>
        </Form>
        <Form visit={visit} action="fail" class="row">
          <Field visit={visit} name="reason" label={words.reason} />
          <button type="submit" class="danger">
            {words.notArrived}
          </button>
        </Form>
      </>
    );
  }
  if (status !== "completed") return null;
  return (
    <Form visit={visit} action="reverse" class="row">
      <Field visit={visit} name="reason" label={words.reason} />
      <button type="submit" class="danger">
        {words.cameBack}
      </button>
    </Form>
  );
}

export const payoutRoutes = [...list, ...one];
