import { BarChart, LineChart } from "#console/frame/charts.tsx";
import { ask } from "#console/frame/client.ts";
import { Money, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

const TOP = "10";

/** Where the money went, what came in, and what is left of it, by month. */
export const budgetReportRoutes = definePage({
  path: "/app/budget/reports",
  section: "budget",
  island: "plot",
  load: async ({ client: { reports } }) => {
    const [flow, worth, spending, payees, age] = await Promise.all([
      ask(reports["cash-flow"].$get({ query: {} })),
      ask(reports["net-worth"].$get({ query: {} })),
      ask(reports.spending.$get({ query: {} })),
      ask(reports.payees.$get({ query: { top: TOP } })),
      ask(reports["age-of-money"].$get({ query: {} })),
    ]);
    // Tables begin with the newest month, charts with the oldest.
    const months = { flow: flow.data.toReversed(), worth: worth.data.toReversed() };
    return { flow, worth, spending, payees, age, months };
  },
  title: ({ reports }) => reports.title,
  view: (visit, { flow, worth, spending, payees, age, months }) => {
    const { reports: words } = visit.words;
    return (
      <>
        <h1>{words.title}</h1>
        <p class="lead">
          <a href="/app/budget">{visit.words.budget.title}</a> · {words.age(age.days)}
        </p>
        <h2>{words.flow}</h2>
        <BarChart
          label={words.flow}
          visit={visit}
          unit={flow.asset}
          marks={months.flow.map(({ month }) => month)}
          series={[
            { name: words.income, values: months.flow.map(({ income }) => income) },
            { name: words.spending, values: months.flow.map((row) => row.spending) },
            { name: words.net, values: months.flow.map(({ net }) => net) },
          ]}
        />
        <Flow visit={visit} rows={flow.data} asset={flow.asset} />
        <h2>{words.worth}</h2>
        <LineChart
          label={words.worth}
          visit={visit}
          unit={worth.asset}
          marks={months.worth.map(({ month }) => month)}
          series={[
            { name: words.net, values: months.worth.map(({ net }) => net) },
            { name: words.assets, values: months.worth.map(({ assets }) => assets) },
            { name: words.debts, values: months.worth.map(({ debts }) => debts) },
          ]}
        />
        <h2>{words.where}</h2>
        <Spending visit={visit} rows={spending.data} asset={spending.asset} />
        <h2>{words.payees}</h2>
        <Table
          caption={words.payees}
          empty={words.nothing}
          rows={payees.data}
          columns={[
            { head: words.payee, cell: ({ payee }) => payee },
            { head: words.count, number: true, cell: ({ count }) => count },
            {
              head: words.spending,
              number: true,
              cell: ({ amount }) => <Money visit={visit} amount={amount} asset={payees.asset} />,
            },
          ]}
        />
        <p>
          {words.csv}: <a href="/app/budget/reports/cash-flow.csv">{words.flow}</a> ·{" "}
          <a href="/app/budget/reports/net-worth.csv">{words.worth}</a> ·{" "}
          <a href="/app/budget/reports/spending.csv">{words.where}</a>
        </p>
      </>
    );
  },
});

interface FlowProps {
  readonly visit: Visit;
  readonly asset: string;
  readonly rows: readonly {
    readonly month: string;
    readonly income: string;
    readonly spending: string;
    readonly net: string;
  }[];
}

function Flow({ visit, asset, rows }: FlowProps) {
  const { reports: words } = visit.words;
  return (
    <Table
      caption={words.flow}
      empty={words.nothing}
      rows={rows}
      columns={[
        { head: words.month, cell: ({ month }) => month },
        ...(["income", "spending", "net"] as const).map((name) => ({
          head: words[name],
          number: true,
          cell: (row: FlowProps["rows"][number]) => <Money visit={visit} amount={row[name]} asset={asset} />,
        })),
      ]}
    />
  );
}

interface SpendingProps {
  readonly visit: Visit;
  readonly asset: string;
  readonly rows: readonly { readonly month: string; readonly name: string | null; readonly amount: string }[];
}

/** The newest month by envelope, beside the month before. */
function Spending({ visit, asset, rows }: SpendingProps) {
  const { reports: words } = visit.words;
  const months = [...new Set(rows.map(({ month }) => month))].toSorted().slice(-2).toReversed();
  const names = [
    ...new Set(rows.filter(({ month }) => months.includes(month)).map(({ name }) => name ?? words.noName)),
  ];
  const spentIn = (name: string, month: string): string | null =>
    rows.find((row) => row.month === month && (row.name ?? words.noName) === name)?.amount ?? null;
  return (
    <Table
      caption={words.where}
      empty={words.nothing}
      rows={names}
      columns={[
        { head: words.category, cell: (name) => name },
        ...months.map((month) => ({
          head: month,
          number: true,
          cell: (name: string) => {
            const amount = spentIn(name, month);
            return amount === null ? "–" : <Money visit={visit} amount={amount} asset={asset} />;
          },
        })),
      ]}
    />
  );
}
