import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Pager, State, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import { sendText } from "#console/frame/text.ts";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, Fact, Filters, filtersOf, OPERATORS } from "./frame.tsx";

const KINDS = ["stock", "fund", "index"] as const;
const STATES = ["listed", "halted", "delisted"] as const;
/** Fields that may be unknown. */
const OPTIONAL = ["sector", "industry", "country", "listedOn", "delistedOn"] as const;

type Listing = Readonly<Record<"symbol" | "name" | "exchange" | "currency", string>> &
  Readonly<Record<(typeof OPTIONAL)[number], string | null>> & {
    readonly kind: (typeof KINDS)[number];
    readonly state: (typeof STATES)[number];
  };

interface Imported {
  readonly rows: number;
  readonly changed: number;
  readonly rejected: number;
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

/** What is scanned: symbols with their exchange and state, and bars from a file. */
const list = definePage({
  path: "/admin/symbols",
  section: "admin",
  roles: OPERATORS,
  said: ({ trading }) => ({ saved: trading.saved }),
  load: async (visit) =>
    await ask(visit.client.market.symbols.$get({ query: filtersOf(visit, ["query", "exchange", "sector"]) })),
  title: ({ operators }) => operators.sections.symbols,
  view: (visit, { data, nextCursor }) => {
    const { operators, trading: words } = visit.words;
    return (
      <Desk visit={visit} place="symbols">
        <Filters
          visit={visit}
          filters={[
            { name: "query", label: words.symbolSearch },
            { name: "exchange", label: words.ofSymbol.exchange },
            { name: "sector", label: words.ofSymbol.sector },
          ]}
        />
        <Table
          caption={operators.sections.symbols}
          empty={operators.nothing}
          rows={data}
          columns={[
            {
              head: words.ofSymbol.symbol,
              cell: ({ symbol }) => <a href={`/admin/symbols/${encodeURIComponent(symbol)}`}>{symbol}</a>,
            },
            { head: words.ofSymbol.name, cell: ({ name }) => name },
            { head: words.ofSymbol.exchange, cell: ({ exchange }) => exchange },
            { head: words.ofSymbol.sector, cell: ({ sector }) => sector ?? "–" },
            { head: words.state, cell: ({ state }) => <State of={state} /> },
          ]}
        />
        <Pager visit={visit} next={nextCursor} />
        {visit.user.role === "admin" ? <Additions visit={visit} /> : null}
      </Desk>
    );
  },
  actions: {
    add: async ({ client }, fields) => {
      const json = { symbol: entered(fields, "symbol").toUpperCase(), ...contentsOf(fields) };
      const { symbol } = await ask(client.admin.market.symbols.$post({ json }));
      return { to: `/admin/symbols/${encodeURIComponent(symbol)}`, say: "saved" };
    },
    import: async (visit, fields) => {
      const sent = { path: "/api/v1/admin/market/import", type: "text/csv", text: entered(fields, "bars") };
      const answer = await sendText(visit, fields, sent);
      return { show: <Report visit={visit} report={await answer.json<Imported>()} /> };
    },
  },
});

function Additions({ visit }: { visit: Visit }) {
  const { trading: words } = visit.words;
  return (
    <>
      <h2>{words.newSymbol}</h2>
      <Form visit={visit} action="add" of="new">
        <Field visit={visit} of="new" name="symbol" label={words.ofSymbol.symbol} />
        <Contents visit={visit} />
        <button type="submit">{words.newSymbol}</button>
      </Form>
      <h2>{words.importBars}</h2>
      <p class="quiet">{words.importText}</p>
      <Form visit={visit} action="import" of="import">
        <Field visit={visit} of="import" name="bars" label={words.bars} rows={8} />
        <button type="submit">{words.importBars}</button>
      </Form>
    </>
  );
}

function Report({ visit, report }: { visit: Visit; report: Imported }) {
  const { trading: words, operators, decisions } = visit.words;
  return (
    <>
      <h1>{words.importBars}</h1>
      <dl>
        <Fact label={words.barRows}>{report.rows}</Fact>
        <Fact label={words.barsChanged}>{report.changed}</Fact>
        <Fact label={words.barsRejected}>{report.rejected}</Fact>
      </dl>
      <Table
        caption={decisions.wrongLines}
        empty={decisions.noWrongLines}
        rows={report.errors}
        columns={[
          { head: decisions.line, number: true, cell: ({ line }) => line },
          { head: decisions.wrongLines, cell: ({ message }) => message },
        ]}
      />
      <p>
        <a href="/admin/symbols">{operators.sections.symbols}</a>
      </p>
    </>
  );
}

/** One symbol: what is known of it, and whether scans meet it. */
const one = definePage({
  path: "/admin/symbols/:symbol",
  section: "admin",
  roles: OPERATORS,
  said: ({ trading }) => ({ saved: trading.saved }),
  load: async ({ client, param }) =>
    await ask(client.market.symbols[":symbol"].$get({ param: { symbol: param("symbol") } })),
  title: (_, { symbol }) => symbol,
  view: (visit, found) => {
    const { trading: words } = visit.words;
    return (
      <Desk visit={visit} place="symbols" title={found.symbol}>
        <p class="quiet">{words.symbolText}</p>
        <Form visit={visit} action="save" of="new">
          <Contents visit={visit} known={found} />
          {visit.user.role === "admin" ? <button type="submit">{words.save}</button> : null}
        </Form>
        {visit.user.role === "admin" && found.state !== "delisted" ? (
          <>
            <p class="quiet">{words.delistText}</p>
            <ButtonForm visit={visit} action="delist" label={words.delist} danger />
          </>
        ) : null}
      </Desk>
    );
  },
  actions: {
    save: async ({ client, param }, fields) => {
      const { ":symbol": at } = client.admin.market.symbols;
      await ask(at.$patch({ param: { symbol: param("symbol") }, json: contentsOf(fields) }));
      return { say: "saved" };
    },
    delist: async ({ client, param }) => {
      await ask(client.admin.market.symbols[":symbol"].$delete({ param: { symbol: param("symbol") } }));
      return { to: "/admin/symbols", say: "saved" };
    },
  },
});

function contentsOf(fields: URLSearchParams) {
  const maybe = (name: (typeof OPTIONAL)[number]): string | null => entered(fields, name) || null;
  return {
    name: entered(fields, "name"),
    exchange: entered(fields, "exchange").toUpperCase(),
    kind: entered(fields, "kind") as Listing["kind"],
    state: entered(fields, "state") as Listing["state"],
    currency: entered(fields, "currency").toUpperCase(),
    sector: maybe("sector"),
    industry: maybe("industry"),
    country: maybe("country"),
    listedOn: maybe("listedOn"),
    delistedOn: maybe("delistedOn"),
  };
}

function Contents({ visit, known }: { visit: Visit; known?: Listing }) {
  const { trading: words } = visit.words;
  const given = { visit, of: "new" };
  const shown = known ?? { name: "", exchange: "", currency: "USD", kind: "stock", state: "listed" };
  return (
    <>
      <div class="row">
        <Field {...given} name="name" label={words.ofSymbol.name} value={shown.name} />
        <Field {...given} name="exchange" label={words.exchangeCode} value={shown.exchange} />
        <Field {...given} name="currency" label={words.ofSymbol.currency} value={shown.currency} />
        <Field
          {...given}
          name="kind"
          label={words.ofSymbol.kind}
          value={shown.kind}
          options={KINDS.map((kind) => [kind, kind])}
        />
        <Field
          {...given}
          name="state"
          label={words.state}
          value={shown.state}
          options={STATES.map((state) => [state, state])}
        />
      </div>
      <div class="row">
        {OPTIONAL.map((name) => (
          <Field
            {...given}
            name={name}
            label={words.ofSymbol[name]}
            value={known?.[name] ?? ""}
            type={name.endsWith("On") ? "date" : "text"}
            required={false}
          />
        ))}
      </div>
    </>
  );
}

export const symbolRoutes = [...list, ...one];
