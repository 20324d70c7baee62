import { ask } from "#console/frame/client.ts";
import { BarChart } from "#console/frame/charts.tsx";
import { entered, Field, Form } from "#console/frame/forms.tsx";
import { Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** A scan on the past: what its matches did afterwards, beside what everything did. */

const YEAR_MS = 365 * 86_400_000;
const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

export const backtestRoutes = definePage({
  path: "/app/backtest",
  section: "scanner",
  island: "editor",
  title: ({ scanner }) => scanner.backtest.title,
  load: async ({ c }) => await Promise.resolve({ now: c.get("ctx").now() }),
  view: (visit, { now }) => {
    const { scanner } = visit.words;
    const { backtest } = scanner;
    return (
      <>
        <h1>{backtest.title}</h1>
        <p class="lead">{backtest.text}</p>
        <Form visit={visit} action="run">
          <div class="editor">
            <Field
              visit={visit}
              name="expression"
              label={scanner.expression}
              rows={3}
              value={visit.query.get("expression") ?? ""}
            />
          </div>
          <div class="row">
            <Field visit={visit} name="from" label={backtest.from} type="date" value={dateOf(now - YEAR_MS)} />
            <Field visit={visit} name="to" label={backtest.to} type="date" value={dateOf(now)} />
            <Field visit={visit} name="horizons" label={backtest.horizons} value="1, 5, 20" />
          </div>
          <button type="submit">{backtest.run}</button>
        </Form>
      </>
    );
  },
  actions: {
    run: async (visit, fields) => {
      const json = {
        expression: entered(fields, "expression"),
        from: entered(fields, "from"),
        to: entered(fields, "to"),
        horizonDays: entered(fields, "horizons")
          .split(",")
          .map((days) => Number(days)),
      };
      const report = await ask(visit.client.scanner.backtest.$post({ json }));
      return { show: <Report visit={visit} report={report} expression={json.expression} />, island: "plot" };
    },
  },
});

interface Returns {
  readonly count: number;
  readonly hitRate: number | null;
  readonly mean: number | null;
  readonly median: number | null;
}

interface BacktestReport {
  readonly symbols: number;
  readonly signals: number;
  readonly horizons: readonly {
    readonly horizonDays: number;
    readonly signals: Returns & { readonly worst: number | null; readonly best: number | null };
    readonly universe: Returns;
  }[];
}

interface ReportProps {
  readonly visit: Visit;
  readonly report: BacktestReport;
  readonly expression: string;
}

function Report({ visit, report, expression }: ReportProps) {
  const { backtest } = visit.words.scanner;
  const { horizons } = report;
  const marks = horizons.map(({ horizonDays }) => backtest.days(horizonDays));
  const percent = new Intl.NumberFormat(visit.locale, { style: "percent", maximumFractionDigits: 2 });
  const show = (value: number | null): string => (value === null ? "–" : percent.format(value));
  const chart = (label: string, of: (returns: Returns) => number | null) => (
    <>
      <h2>{label}</h2>
      <BarChart
        label={label}
        visit={visit}
        unit="%"
        marks={marks}
        series={[
          { name: backtest.signals, values: horizons.map(({ signals }) => 100 * (of(signals) ?? 0)) },
          { name: backtest.universe, values: horizons.map(({ universe }) => 100 * (of(universe) ?? 0)) },
        ]}
      />
    </>
  );
  return (
    <>
      <h1>{backtest.title}</h1>
      <pre>{expression}</pre>
      <p class="lead">{backtest.found(report.signals, report.symbols)}</p>
      {chart(backtest.mean, ({ mean }) => mean)}
      {chart(backtest.hits, ({ hitRate }) => hitRate)}
      <Table
        caption={backtest.title}
        empty={visit.words.scanner.none}
        rows={horizons}
        columns={[
          { head: backtest.horizon, cell: ({ horizonDays }) => backtest.days(horizonDays) },
          { head: backtest.signals, number: true, cell: ({ signals }) => signals.count },
          { head: backtest.hits, number: true, cell: ({ signals }) => show(signals.hitRate) },
          { head: backtest.mean, number: true, cell: ({ signals }) => show(signals.mean) },
          { head: backtest.median, number: true, cell: ({ signals }) => show(signals.median) },
          { head: backtest.worst, number: true, cell: ({ signals }) => show(signals.worst) },
          { head: backtest.best, number: true, cell: ({ signals }) => show(signals.best) },
          { head: backtest.universeMean, number: true, cell: ({ universe }) => show(universe.mean) },
        ]}
      />
      <p>
        <a href={`/app/backtest?${new URLSearchParams({ expression }).toString()}`}>{backtest.again}</a>
      </p>
    </>
  );
}
