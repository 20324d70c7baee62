import type { RefusedProblem } from "#console/frame/client.ts";
import { ask, Refusal } from "#console/frame/client.ts";
import { ButtonForm, Field, Form } from "#console/frame/forms.tsx";
import { Money, Pager, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { candles } from "./candles.tsx";

const addressOf = (expression: string): string => `/app/scanner?${new URLSearchParams({ expression }).toString()}`;

const FIRST_EXPRESSION = "rsi(14) < 35 and close > sma(200)";
const SHOWN = 50;

/** The scanner: an expression in the address, so that a result can be kept, shared and reloaded. */
const scan = definePage({
  path: "/app/scanner",
  section: "scanner",
  said: ({ scanner }) => ({ saved: scanner.saved, deleted: scanner.deleted }),
  load: async (visit) => {
    const { client, query } = visit;
    const [result, presets, scans, fields] = await Promise.all([
      resultOf(visit),
      ask(client.scanner.presets.$get()),
      ask(client.scanner.scans.$get({ query: {} })),
      query.has("reference") ? ask(client.scanner.fields.$get()) : null,
    ]);
    return { result, presets: presets.data, scans: scans.data, fields: fields?.data ?? [] };
  },
  title: ({ scanner }) => scanner.title,
  view: (visit, { result, presets, scans, fields }) => {
    const { scanner } = visit.words;
    return (
      <>
        <h1>{scanner.title}</h1>
        <p class="lead">{scanner.text}</p>
        <Editor visit={visit} fault={result !== null && "fault" in result ? result.fault : null} />
        {result !== null && "matched" in result ? <Result visit={visit} result={result} /> : null}
        <h2>{scanner.scans}</h2>
        <SavedScans visit={visit} scans={scans} />
        <h2>{scanner.presets}</h2>
        <div class="grid">
          {presets.map(({ name, description, expression }) => (
            <a class="card" href={addressOf(expression)}>
              <strong>{name}</strong>
              <br />
              <small>{description}</small>
            </a>
          ))}
        </div>
        <h2>{scanner.reference}</h2>
        {fields.length === 0 ? <a href="/app/scanner?reference">{scanner.reference}</a> : null}
        <ul class="plain">
          {fields.map(({ name, description, example }) => (
            <li>
              <code>{name}</code> {description} <small class="mono">{example}</small>
            </li>
          ))}
        </ul>
      </>
    );
  },
  actions: {
    save: async ({ client, query }, fields) => {
      const json = { name: fields.get("name") ?? "", expression: query.get("expression") ?? "" };
      await ask(client.scanner.scans.$post({ json }));
      return { say: "saved" };
    },
    delete: async ({ client }, fields) => {
      await ask(client.scanner.scans[":id"].$delete({ param: { id: fields.get("of") ?? "" } }));
      return { say: "deleted" };
    },
  },
});

type Result = Awaited<ReturnType<typeof runOf>>;

async function runOf({ client, query }: Visit, expression: string) {
  const cursor = query.get("cursor");
  const sort = query.get("sort")?.trim() ?? "";
  const json = {
    expression,
    limit: SHOWN,
    ...(sort === "" ? {} : { sort, order: "desc" as const }),
    ...(cursor === null ? {} : { cursor }),
  };
  return await ask(client.scanner.run.$post({ json }));
}

/** What the expression in the address finds, or what is wrong with it; null where there is none yet. */
async function resultOf(visit: Visit): Promise<Result | { readonly fault: string } | null> {
  const expression = visit.query.get("expression") ?? "";
  if (expression.trim() === "") return null;
  try {
    return await runOf(visit, expression);
  } catch (error) {
    if (error instanceof Refusal && error.problem.status === 422) return { fault: faultOf(error.problem) };
    throw error;
  }
}

function faultOf({ detail, title, errors }: RefusedProblem): string {
  const faults = (errors ?? []).map(({ message }) => message);
  return faults.length === 0 ? (detail ?? title) : faults.join("\n");
}

function Editor({ visit, fault }: { visit: Visit; fault: string | null }) {
  const { scanner } = visit.words;
  const { query } = visit;
  return (
    <form method="get">
      <label for="expression">{scanner.expression}</label>
      <textarea id="expression" name="expression" class="code" spellcheck={false} aria-invalid={fault !== null}>
        {query.get("expression") ?? FIRST_EXPRESSION}
      </textarea>
      {fault === null ? null : (
        <pre class="wrong" role="alert">
          {fault}
        </pre>
      )}
      <label for="sort">{scanner.sort}</label>
      <input id="sort" name="sort" value={query.get("sort") ?? ""} />
      <button type="submit">{scanner.run}</button>
    </form>
  );
}

function Result({ visit, result }: { visit: Visit; result: Result }) {
  const { scanner } = visit.words;
  return (
    <>
      <h2>{scanner.matched(result.matched, result.universeSize)}</h2>
      <p class="quiet">
        {scanner.asOf} {result.asOf}. {result.stale > 0 ? scanner.stale(result.stale) : ""}{" "}
        {result.source.includes("generated") ? scanner.generated : ""}
      </p>
      <Table
        caption={scanner.title}
        empty={scanner.none}
        rows={result.data}
        columns={[
          { head: scanner.symbol, cell: ({ symbol }) => <a href={`/app/scanner/${symbol}`}>{symbol}</a> },
          { head: scanner.name, cell: ({ name }) => name },
          { head: scanner.exchange, cell: ({ exchange }) => exchange },
        ]}
      />
      <Pager visit={visit} next={result.nextCursor} />
      <Form visit={visit} action="save" class="row">
        <Field visit={visit} name="name" label={scanner.scanName} />
        <button type="submit">{scanner.save}</button>
      </Form>
    </>
  );
}

interface SavedScan {
  readonly id: string;
  readonly name: string;
  readonly expression: string;
  readonly schedule: string | null;
}

function SavedScans({ visit, scans }: { visit: Visit; scans: readonly SavedScan[] }) {
  const { scanner } = visit.words;
  return (
    <Table
      caption={scanner.scans}
      empty={scanner.noScans}
      rows={scans}
      columns={[
        {
          head: scanner.scanName,
          cell: ({ name, expression }) => <a href={addressOf(expression)}>{name}</a>,
        },
        { head: scanner.expression, cell: ({ expression }) => <code>{expression}</code> },
        { head: scanner.schedule, cell: ({ schedule }) => schedule ?? scanner.manual },
        {
          head: "",
          cell: ({ id }) => <ButtonForm visit={visit} action="delete" of={id} label={scanner.delete} danger />,
        },
      ]}
    />
  );
}

const BARS_DAYS = 270;

/** One symbol: what it is, and its last months as candles. */
const symbol = definePage({
  path: "/app/scanner/:symbol",
  section: "scanner",
  island: "chart",
  load: async ({ c, client, param, query }) => {
    const given = { symbol: param("symbol") };
    const plots = query.get("plots")?.trim() ?? "";
    const from = new Date(c.get("ctx").now() - BARS_DAYS * 86_400_000).toISOString().slice(0, 10);
    const [about, bars] = await Promise.all([
      ask(client.market.symbols[":symbol"].$get({ param: given })),
      ask(client.market.symbols[":symbol"].bars.$get({ param: given, query: { from } })),
    ]);
    return { about, bars: bars.data, from, plots };
  },
  title: (_, { about }) => about.symbol,
  view: (visit, { about, bars, from, plots }) => {
    const { scanner } = visit.words;
    return (
      <>
        <h1>
          {about.symbol} <small>{about.name}</small>
        </h1>
        <p class="lead">
          {about.close === null ? null : <Money visit={visit} amount={String(about.close)} asset={about.currency} />}{" "}
          {about.exchange} {about.sector ?? ""} {about.source === "generated" ? scanner.generated : ""}
        </p>
        <figure class="card">
          <div data-chart data-symbol={about.symbol} data-from={from} data-set={plots}>
            {candles(bars, `${scanner.price}: ${about.symbol}`)}
          </div>
          <figcaption class="quiet">
            {scanner.price}, {scanner.asOf} {about.asOf ?? "–"}. {scanner.charts}{" "}
            <a href="https://www.tradingview.com/" rel="noreferrer">
              TradingView Lightweight Charts™
            </a>
            , Copyright (c) 2025 TradingView, Inc.
          </figcaption>
        </figure>
        <form method="get" class="row">
          <div>
            <label for="plots">{scanner.plots}</label>
            <input id="plots" name="plots" value={plots} placeholder="rsi(14), sma(50)" spellcheck={false} />
          </div>
          <button type="submit">{scanner.draw}</button>
        </form>
      </>
    );
  },
});

export const scannerRoutes = [...scan, ...symbol];
