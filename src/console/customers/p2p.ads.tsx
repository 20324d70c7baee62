import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { formatDecimal } from "#console/frame/figures.ts";
import { Money, Pager, State, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** One's own ads: put into the market, paused, shown again, taken away. */
export const adRoutes = definePage({
  path: "/app/ads",
  section: "p2p",
  said: ({ p2p }) => ({ done: p2p.done }),
  load: async ({ client, query }) => {
    const cursor = query.get("cursor");
    const [ads, methods] = await Promise.all([
      ask(client.p2p.ads.$get({ query: { mine: "true", ...(cursor === null ? {} : { cursor }) } })),
      ask(client.p2p["payment-methods"].$get({ query: {} })),
    ]);
    return { ads, methods: methods.data };
  },
  title: ({ p2p }) => p2p.ads,
  view: (visit, { ads, methods }) => {
    const { p2p } = visit.words;
    return (
      <>
        <h1>{p2p.ads}</h1>
        <p class="lead">
          {p2p.adsText} <a href="/app/p2p">{p2p.title}</a>
        </p>
        <Ads visit={visit} rows={ads.data} />
        <Pager visit={visit} next={ads.nextCursor} />
        <h2>{p2p.newAd}</h2>
        <NewAd visit={visit} methods={methods} />
      </>
    );
  },
  actions: {
    create: async ({ client }, fields) => {
      const [fiat = "", method = ""] = entered(fields, "paidBy").split(" ");
      const json = {
        side: entered(fields, "side") === "buy" ? ("buy" as const) : ("sell" as const),
        asset: entered(fields, "asset"),
        fiat,
        price: entered(fields, "price"),
        minAmount: entered(fields, "minAmount"),
        maxAmount: entered(fields, "maxAmount"),
        available: entered(fields, "available"),
        paymentMethods: [method],
        terms: entered(fields, "terms"),
      };
      await ask(client.p2p.ads.$post({ json }));
      return { say: "done" };
    },
    pause: async ({ client }, fields) => {
      await ask(client.p2p.ads[":id"].$patch({ param: { id: entered(fields, "of") }, json: { status: "paused" } }));
      return { say: "done" };
    },
    show: async ({ client }, fields) => {
      await ask(client.p2p.ads[":id"].$patch({ param: { id: entered(fields, "of") }, json: { status: "active" } }));
      return { say: "done" };
    },
    remove: async ({ client }, fields) => {
      await ask(client.p2p.ads[":id"].$delete({ param: { id: entered(fields, "of") } }));
      return { say: "done" };
    },
  },
});

interface Ad {
  readonly id: string;
  readonly side: "buy" | "sell";
  readonly asset: string;
  readonly fiat: string;
  readonly price: string | null;
  readonly minAmount: string;
  readonly maxAmount: string;
  readonly available: string;
  readonly paymentMethods: readonly string[];
  readonly status: string;
}

function Ads({ visit, rows }: { visit: Visit; rows: readonly Ad[] }) {
  const { p2p } = visit.words;
  const { locale } = visit;
  return (
    <Table
      caption={p2p.ads}
      empty={p2p.noOwnAds}
      rows={rows}
      columns={[
        { head: p2p.trade, cell: ({ side, asset }) => `${side === "sell" ? p2p.sell : p2p.buy} ${asset}` },
        { head: p2p.state, cell: ({ status }) => <State of={status} /> },
        {
          head: p2p.price,
          number: true,
          cell: ({ price, fiat }) => (price === null ? "–" : <Money visit={visit} amount={price} asset={fiat} />),
        },
        {
          head: p2p.limits,
          number: true,
          cell: ({ minAmount, maxAmount, fiat }) =>
            `${formatDecimal(locale, minAmount)} – ${formatDecimal(locale, maxAmount)} ${fiat}`,
        },
        {
          head: p2p.left,
          number: true,
          cell: ({ available, asset }) => <Money visit={visit} amount={available} asset={asset} />,
        },
        { head: p2p.methods, cell: ({ paymentMethods }) => paymentMethods.join(", ") },
        {
          head: "",
          cell: ({ id, status }) => (
            <>
              {status === "active" ? (
                <ButtonForm visit={visit} action="pause" of={id} label={p2p.pause} />
              ) : (
                <ButtonForm visit={visit} action="show" of={id} label={p2p.show} />
              )}{" "}
              <ButtonForm visit={visit} action="remove" of={id} label={p2p.remove} danger />
            </>
          ),
        },
      ]}
    />
  );
}

interface NewAdProps {
  readonly visit: Visit;
  readonly methods: readonly { readonly fiat: string; readonly method: string; readonly name: string }[];
}

function NewAd({ visit, methods }: NewAdProps) {
  const { p2p } = visit.words;
  return (
    <Form visit={visit} action="create">
      <div class="row">
        <Field
          visit={visit}
          name="side"
          label={p2p.trade}
          options={[
            ["sell", p2p.sell],
            ["buy", p2p.buy],
          ]}
        />
        <Field visit={visit} name="asset" label={p2p.asset} value="USDT" />
        <Field
          visit={visit}
          name="paidBy"
          label={p2p.methods}
          options={methods.map(({ fiat, method, name }) => [`${fiat} ${method}`, `${fiat}: ${name}`])}
        />
      </div>
      <div class="row">
        <Field visit={visit} name="price" label={p2p.price} inputmode="decimal" />
        <Field visit={visit} name="available" label={p2p.left} inputmode="decimal" />
        <Field visit={visit} name="minAmount" label={p2p.least} inputmode="decimal" />
        <Field visit={visit} name="maxAmount" label={p2p.most} inputmode="decimal" />
      </div>
      <Field visit={visit} name="terms" label={p2p.terms} rows={3} required={false} />
      <button type="submit">{p2p.newAd}</button>
    </Form>
  );
}
