import { ask } from "#console/frame/client.ts";
import { Money } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { candles } from "./candles.tsx";
import { plotsIn } from "./expression.ts";

const BARS_DAYS = 270;

/** One symbol: what it is, and its last months as candles, with the indicators of the scan that found it. */
export const symbolRoutes = definePage({
  path: "/app/scanner/:symbol",
  section: "scanner",
  island: "chart",
  load: async (visit) => {
    const { c, client, param } = visit;
    const given = { symbol: param("symbol") };
    const from = new Date(c.get("ctx").now() - BARS_DAYS * 86_400_000).toISOString().slice(0, 10);
    const [about, bars, plots] = await Promise.all([
      ask(client.market.symbols[":symbol"].$get({ param: given })),
      ask(client.market.symbols[":symbol"].bars.$get({ param: given, query: { from } })),
      plotsOf(visit),
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

/** What is asked for, or else what the expression in the address speaks of. */
async function plotsOf({ client, query }: Visit): Promise<string> {
  const asked = query.get("plots");
  const expression = query.get("expression") ?? "";
  if (asked !== null || expression === "") return asked?.trim() ?? "";
  const { data } = await ask(client.scanner.fields.$get());
  const lines = data.filter(({ kind, type }) => kind === "indicator" && type === "number");
  return plotsIn(expression, new Set(lines.map(({ name }) => name))).join(", ");
}
