import { ask, Refusal } from "#console/frame/client.ts";
import { entered, enteredBps, Field, Form, percentOf } from "#console/frame/forms.tsx";
import { Money, State, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, OPERATORS } from "./frame.tsx";
import { share } from "./revenue.tsx";

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly spreadBps: number;
  readonly minAmount: string;
  readonly maxAmount: string;
  readonly active: boolean;
}

/** What is swapped into what, what we keep of it, and what is set aside to swap with. */
const list = definePage({
  path: "/admin/swaps",
  section: "admin",
  roles: OPERATORS,
  said: ({ trading }) => ({ saved: trading.saved, moved: trading.moved }),
  load: async ({ client: { admin } }) => {
    const [pairs, reserves] = await Promise.all([ask(admin["swap-pairs"].$get()), ask(admin["swap-liquidity"].$get())]);
    return { pairs: pairs.data, reserves: reserves.data };
  },
  title: ({ operators }) => operators.sections.swaps,
  view: (visit, { pairs, reserves }) => {
    const { operators, trading: words } = visit.words;
    const mayWrite = visit.user.role === "admin";
    return (
      <Desk visit={visit} place="swaps">
        <p class="quiet">{words.pairsText}</p>
        <Table
          caption={operators.sections.swaps}
          empty={words.noPairs}
          rows={pairs}
          columns={[
            {
              head: words.pair,
              cell: ({ from, to }) => <a href={`/admin/swaps/${from}/${to}`}>{`${from} → ${to}`}</a>,
            },
            { head: words.spread, number: true, cell: ({ spreadBps }) => share(visit, spreadBps) },
            {
              head: words.least,
              number: true,
              cell: ({ minAmount, from }) => <Money visit={visit} amount={minAmount} asset={from} />,
            },
            {
              head: words.most,
              number: true,
              cell: ({ maxAmount, from }) => <Money visit={visit} amount={maxAmount} asset={from} />,
            },
            { head: words.state, cell: ({ active }) => <State of={active ? words.on : words.off} /> },
          ]}
        />
        {mayWrite ? (
          <>
            <h2>{words.newPair}</h2>
            <Form visit={visit} action="pair" of="pair">
              <div class="row">
                <Field visit={visit} of="pair" name="from" label={words.from} />
                <Field visit={visit} of="pair" name="to" label={words.to} />
              </div>
              <Terms visit={visit} of="pair" />
              <button type="submit">{words.newPair}</button>
            </Form>
          </>
        ) : null}
        <Reserves visit={visit} rows={reserves} />
        {mayWrite ? <Move visit={visit} /> : null}
      </Desk>
    );
  },
  actions: {
    pair: async ({ client }, fields) => {
      const param = { from: entered(fields, "from").toUpperCase(), to: entered(fields, "to").toUpperCase() };
      await ask(client.admin["swap-pairs"][":from"][":to"].$put({ param, json: termsOf(fields) }));
      return { say: "saved" };
    },
    move: async ({ client }, fields) => {
      const json = {
        asset: entered(fields, "asset").toUpperCase(),
        amount: entered(fields, "amount"),
        direction: entered(fields, "direction") === "withdraw" ? ("withdraw" as const) : ("fund" as const),
        reason: entered(fields, "reason"),
      };
      await ask(client.admin["swap-liquidity"].$post({ json }));
      return { say: "moved" };
    },
  },
});

interface ReservesProps {
  readonly visit: Visit;
  readonly rows: readonly { readonly asset: string; readonly available: string }[];
}

function Reserves({ visit, rows }: ReservesProps) {
  const { trading: words } = visit.words;
  return (
    <>
      <h2>{words.liquidity}</h2>
      <p class="quiet">{words.liquidityText}</p>
      <Table
        caption={words.liquidity}
        empty={words.noLiquidity}
        rows={rows}
        columns={[
          { head: words.asset, cell: ({ asset }) => asset },
          {
            head: words.available,
            number: true,
            cell: ({ available, asset }) => <Money visit={visit} amount={available} asset={asset} />,
          },
        ]}
      />
    </>
  );
}

function termsOf(fields: URLSearchParams) {
  return {
    spreadBps: enteredBps(fields, "spreadBps"),
    minAmount: entered(fields, "minAmount"),
    maxAmount: entered(fields, "maxAmount"),
    active: entered(fields, "active") === "yes",
  };
}

function Terms({ visit, of, pair }: { visit: Visit; of: string; pair?: Pair }) {
  const { trading: words } = visit.words;
  const given = { visit, of };
  return (
    <div class="row">
      <Field
        {...given}
        name="spreadBps"
        label={words.spread}
        value={pair ? percentOf(pair.spreadBps) : ""}
        inputmode="decimal"
      />
      <Field {...given} name="minAmount" label={words.least} value={pair?.minAmount ?? ""} inputmode="decimal" />
      <Field {...given} name="maxAmount" label={words.most} value={pair?.maxAmount ?? ""} inputmode="decimal" />
      <Field
        {...given}
        name="active"
        label={words.state}
        value={pair?.active === true ? "yes" : "no"}
        options={[
          ["no", words.off],
          ["yes", words.on],
        ]}
      />
    </div>
  );
}

function Move({ visit }: { visit: Visit }) {
  const { trading: words, operators } = visit.words;
  const given = { visit, of: "move" };
  return (
    <Form {...given} action="move">
      <div class="row">
        <Field
          {...given}
          name="direction"
          label={words.direction}
          options={[
            ["fund", words.fund],
            ["withdraw", words.withdraw],
          ]}
        />
        <Field {...given} name="amount" label={words.amount} inputmode="decimal" />
        <Field {...given} name="asset" label={words.asset} />
      </div>
      <Field {...given} name="reason" label={operators.reason} />
      <button type="submit" class="danger">
        {words.move}
      </button>
    </Form>
  );
}

/** One pair: its spread and limits, and whether it is on. */
const one = definePage({
  path: "/admin/swaps/:from/:to",
  section: "admin",
  roles: OPERATORS,
  said: ({ trading }) => ({ saved: trading.saved }),
  load: async ({ client: { admin }, param }) => {
    const { data } = await ask(admin["swap-pairs"].$get());
    const pair = data.find(({ from, to }) => from === param("from") && to === param("to"));
    if (!pair) throw new Refusal({ status: 404, code: "not_found", title: "There is no such pair." });
    return pair;
  },
  title: (_, { from, to }) => `${from} → ${to}`,
  view: (visit, pair) => {
    const { trading: words } = visit.words;
    return (
      <Desk visit={visit} place="swaps" title={`${pair.from} → ${pair.to}`}>
        <p class="quiet">{words.pairsText}</p>
        <Form visit={visit} action="save" of="pair">
          <Terms visit={visit} of="pair" pair={pair} />
          {visit.user.role === "admin" ? <button type="submit">{words.save}</button> : null}
        </Form>
      </Desk>
    );
  },
  actions: {
    save: async ({ client, param }, fields) => {
      const { ":to": pair } = client.admin["swap-pairs"][":from"];
      await ask(pair.$put({ param: { from: param("from"), to: param("to") }, json: termsOf(fields) }));
      return { say: "saved" };
    },
  },
});

export const swapRoutes = [...list, ...one];
