import { ask } from "#console/frame/client.ts";
import { entered, Field, Form } from "#console/frame/forms.tsx";
import { formatDecimal } from "#console/frame/figures.ts";
import { Money, Pager, readable, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

const FILTERS = ["asset", "fiat", "amount"] as const;

/** Whom one can trade with, and one's own trades. */
const market = definePage({
  path: "/app/p2p",
  section: "p2p",
  load: async ({ client, query }) => {
    const given = [...FILTERS, "cursor"].flatMap((name) => {
      const value = query.get(name)?.trim() ?? "";
      return value === "" ? [] : [[name, value] as const];
    });
    const side = query.get("side") === "buy" ? ("buy" as const) : ("sell" as const);
    const [ads, trades] = await Promise.all([
      ask(client.p2p.ads.$get({ query: { ...Object.fromEntries(given), side } })),
      ask(client.p2p.trades.$get({ query: { limit: "10" } })),
    ]);
    return { side, ads, trades: trades.data };
  },
  title: ({ p2p }) => p2p.title,
  view: (visit, { side, ads, trades }) => {
    const { p2p } = visit.words;
    return (
      <>
        <h1>{p2p.title}</h1>
        <p class="lead">
          {p2p.text} <a href="/app/ads">{p2p.ads}</a>
        </p>
        <Search visit={visit} side={side} />
        <Ads visit={visit} ads={ads.data} side={side} />
        <Pager visit={visit} next={ads.nextCursor} />
        <h2>{p2p.mine}</h2>
        <Table
          caption={p2p.mine}
          empty={p2p.noTrades}
          rows={trades}
          columns={[
            {
              head: p2p.trade,
              cell: (row) => (
                <a href={`/app/trades/${row.id}`}>
                  <When visit={visit} at={row.createdAt} />
                </a>
              ),
            },
            { head: p2p.role, cell: ({ role }) => p2p.roles[role] },
            { head: p2p.state, cell: ({ state }) => <State of={state} /> },
            {
              head: p2p.gets,
              number: true,
              cell: (row) => <Money visit={visit} amount={row.assetAmount} asset={row.asset} />,
            },
            {
              head: p2p.pays,
              number: true,
              cell: (row) => <Money visit={visit} amount={row.fiatAmount} asset={row.fiat} />,
            },
          ]}
        />
      </>
    );
  },
});

/** The maker's side is the other one: who wants to buy looks for somebody who sells. */
function Search({ visit, side }: { visit: Visit; side: "buy" | "sell" }) {
  const { p2p } = visit.words;
  const labels = { asset: p2p.asset, fiat: p2p.currency, amount: p2p.amount };
  return (
    <form method="get" class="row">
      <div>
        <label for="side">{p2p.trade}</label>
        <select id="side" name="side">
          <option value="sell" selected={side === "sell"}>
            {p2p.buy}
          </option>
          <option value="buy" selected={side === "buy"}>
            {p2p.sell}
          </option>
        </select>
      </div>
      {FILTERS.map((name) => (
        <div>
          <label for={name}>{labels[name]}</label>
          <input id={name} name={name} value={visit.query.get(name) ?? ""} />
        </div>
      ))}
      <button type="submit">{p2p.find}</button>
    </form>
  );
}

interface Ad {
  readonly id: string;
  readonly trader: { readonly name: string; readonly completionRate: number | null; readonly trades30d: number };
  readonly asset: string;
  readonly fiat: string;
  readonly price: string | null;
  readonly minAmount: string;
  readonly maxAmount: string;
  readonly paymentMethods: readonly string[];
}

function Ads({ visit, ads, side }: { visit: Visit; ads: readonly Ad[]; side: "buy" | "sell" }) {
  const { p2p } = visit.words;
  const { locale } = visit;
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  return (
    <Table
      caption={p2p.title}
      empty={p2p.noAds}
      rows={ads}
      columns={[
        {
          head: p2p.trader,
          cell: ({ trader: { name, completionRate, trades30d } }) => (
            <>
              {name} <small>{completionRate === null ? "" : `${percent.format(completionRate)} · ${trades30d}`}</small>
            </>
          ),
        },
        {
          head: p2p.price,
          number: true,
          cell: ({ price, fiat }) => (price === null ? "–" : <Money visit={visit} amount={price} asset={fiat} />),
        },
        {
          head: p2p.limits,
          number: true,
          cell: (row) =>
            `${formatDecimal(locale, row.minAmount)} – ${formatDecimal(locale, row.maxAmount)} ${row.fiat}`,
        },
        { head: p2p.methods, cell: ({ paymentMethods }) => paymentMethods.map(readable).join(", ") },
        {
          head: "",
          cell: ({ id, asset }) => (
            <a class="button" href={`/app/p2p/${id}`}>
              {side === "sell" ? p2p.buy : p2p.sell} {asset}
            </a>
          ),
        },
      ]}
    />
  );
}

/** One ad, and the form that takes it. */
const offer = definePage({
  path: "/app/p2p/:id",
  section: "p2p",
  load: async ({ client, param }) => await ask(client.p2p.ads[":id"].$get({ param: { id: param("id") } })),
  title: ({ p2p }) => p2p.take,
  view: (visit, ad) => {
    const { p2p } = visit.words;
    return (
      <>
        <h1>
          {ad.trader.name}: {ad.asset}
        </h1>
        <p class="lead">{p2p.takeText}</p>
        <div class="card">
          {p2p.price}: {ad.price === null ? "–" : <Money visit={visit} amount={ad.price} asset={ad.fiat} />}
          <p>
            {p2p.limits}: {formatDecimal(visit.locale, ad.minAmount)} – {formatDecimal(visit.locale, ad.maxAmount)}{" "}
            {ad.fiat}
          </p>
          {ad.terms === "" ? null : <p>{ad.terms}</p>}
        </div>
        <Form visit={visit} action="take">
          <Field visit={visit} name="fiatAmount" label={`${p2p.amount} (${ad.fiat})`} inputmode="decimal" />
          <Field
            visit={visit}
            name="paymentMethod"
            label={p2p.method}
            options={ad.paymentMethods.map((name) => [name, name])}
          />
          <button type="submit">{p2p.take}</button>
        </Form>
      </>
    );
  },
  actions: {
    take: async ({ client, param }, fields) => {
      const json = { fiatAmount: entered(fields, "fiatAmount"), paymentMethod: entered(fields, "paymentMethod") };
      const { id } = await ask(client.p2p.ads[":id"].trades.$post({ param: { id: param("id") }, json }));
      return { to: `/app/trades/${id}`, say: "taken" };
    },
  },
});

export const p2pRoutes = [...market, ...offer];
