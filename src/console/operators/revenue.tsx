import { ask } from "#console/frame/client.ts";
import { BarChart, LineChart } from "#console/frame/charts.tsx";
import { entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, Fact, Filters, filtersOf, OPERATORS } from "./frame.tsx";

const MOVEMENTS = ["new", "expansion", "reactivation", "contraction", "churn"] as const;
const KINDS = ["marketing", "sales", "other"] as const;

/** What subscriptions bring in, what moved it, and what winning customers costs. */
export const revenueRoutes = definePage({
  path: "/admin/revenue",
  section: "admin",
  roles: OPERATORS,
  island: "plot",
  said: ({ operators }) => ({ done: operators.done }),
  load: async (visit) => {
    const { admin } = visit.client;
    const [revenue, costs] = await Promise.all([
      ask(admin.revenue.$get({ query: filtersOf(visit, ["month"]) })),
      ask(admin.costs.$get({ query: { limit: "20" } })),
    ]);
    return { revenue, costs: costs.data };
  },
  title: ({ operators }) => operators.sections.revenue,
  view: (visit, { revenue, costs }) => {
    const { figures: words, operators } = visit.words;
    return (
      <Desk visit={visit} place="revenue">
        <Filters visit={visit} filters={[{ name: "month", label: words.month, type: "month" }]} />
        <p class="quiet">
          <Month visit={visit} from={revenue.from} />.{" "}
          <a href={`/api/v1/admin/reports/${revenue.from.slice(0, 7)}`}>{words.report}</a>
        </p>
        {revenue.figures.length === 0 ? <p class="empty">{words.noRevenue}</p> : null}
        {revenue.figures.map((figures) => (
          <Asset visit={visit} figures={figures} history={revenue.history} />
        ))}
        <h2>{words.trials}</h2>
        <dl>
          <Fact label={words.running}>{revenue.trials.running}</Fact>
          <Fact label={words.converted}>
            {revenue.trials.converted} / {revenue.trials.ended} ({share(visit, revenue.trials.conversionBps)})
          </Fact>
        </dl>
        <details>
          <summary>{words.definition}</summary>
          <p>{revenue.definition}</p>
        </details>
        <h2>{words.costs}</h2>
        <Table
          caption={words.costs}
          empty={operators.nothing}
          rows={costs}
          columns={[
            { head: words.date, cell: ({ date }) => date },
            { head: words.kind, cell: ({ kind }) => kind },
            { head: words.note, cell: ({ note }) => note },
            {
              head: words.amount,
              number: true,
              cell: (row) => <Money visit={visit} amount={row.amount} asset={row.asset} />,
            },
          ]}
        />
        {visit.user.role === "admin" ? <CostForm visit={visit} /> : null}
      </Desk>
    );
  },
  actions: {
    cost: async ({ client }, fields) => {
      const json = {
        date: entered(fields, "date"),
        kind: entered(fields, "kind") as (typeof KINDS)[number],
        amount: entered(fields, "amount"),
        asset: entered(fields, "asset"),
        note: entered(fields, "note"),
      };
      await ask(client.admin.costs.$post({ json }));
      return { say: "done" };
    },
  },
});

/** A share in hundredths of a per cent, as the reader writes it. */
export function share({ locale }: Visit, bps: number | null): string {
  if (bps === null) return "–";
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }).format(bps / 10_000);
}

interface Figures {
  readonly asset: string;
  readonly mrr: string;
  readonly arr: string;
  readonly customers: number;
  readonly arpu: string | null;
  readonly ltv: string | null;
  readonly cac: string | null;
  readonly mrrAtStart: string;
  readonly movements: Readonly<Record<(typeof MOVEMENTS)[number] | "net", string>>;
  readonly newCustomers: number;
  readonly lostCustomers: number;
  readonly customerChurnBps: number | null;
  readonly revenueChurnBps: number | null;
  readonly netRevenueChurnBps: number | null;
  readonly byPlan: readonly { readonly plan: string; readonly mrr: string; readonly customers: number }[];
}

interface AssetProps {
  readonly visit: Visit;
  readonly figures: Figures;
  readonly history: readonly { readonly date: string; readonly asset: string; readonly mrr: string }[];
}

function Asset({ visit, figures, history }: AssetProps) {
  const { figures: words } = visit.words;
  const { asset, movements } = figures;
  const days = history.filter((row) => row.asset === asset);
  return (
    <section>
      <h2>{asset}</h2>
      <KeyFigures visit={visit} figures={figures} />
      <BarChart
        label={`${words.movements} (${asset})`}
        visit={visit}
        unit={asset}
        marks={MOVEMENTS.map((name) => words.moved[name])}
        series={[{ name: words.movements, values: MOVEMENTS.map((name) => movements[name]) }]}
      />
      <LineChart
        label={`MRR (${asset})`}
        visit={visit}
        unit={asset}
        marks={days.map(({ date }) => date)}
        series={[{ name: "MRR", values: days.map(({ mrr }) => mrr) }]}
      />
      <Table
        caption={words.byPlan}
        empty={visit.words.operators.nothing}
        rows={figures.byPlan}
        columns={[
          { head: words.plan, cell: ({ plan }) => plan },
          { head: words.customers, number: true, cell: ({ customers }) => customers },
          { head: "MRR", number: true, cell: ({ mrr }) => <Money visit={visit} amount={mrr} asset={asset} /> },
        ]}
      />
    </section>
  );
}

function KeyFigures({ visit, figures }: { visit: Visit; figures: Figures }) {
  const { figures: words } = visit.words;
  const money = [
    ["MRR", figures.mrr],
    ["ARR", figures.arr],
    ["ARPU", figures.arpu],
    ["LTV", figures.ltv],
    ["CAC", figures.cac],
    [words.net, figures.movements.net],
  ] as const;
  return (
    <div class="grid">
      {money.map(([name, amount]) => (
        <div class="card">
          <small>{name}</small>
          <div class="figure">
            {amount === null ? "–" : <Money visit={visit} amount={amount} asset={figures.asset} />}
          </div>
        </div>
      ))}
      <dl class="card">
        <Fact label={words.customers}>{figures.customers}</Fact>
        <Fact label={words.won}>{figures.newCustomers}</Fact>
        <Fact label={words.lost}>{figures.lostCustomers}</Fact>
        <Fact label={words.customerChurn}>{share(visit, figures.customerChurnBps)}</Fact>
        <Fact label={words.revenueChurn}>{share(visit, figures.revenueChurnBps)}</Fact>
        <Fact label={words.netChurn}>{share(visit, figures.netRevenueChurnBps)}</Fact>
      </dl>
    </div>
  );
}

function CostForm({ visit }: { visit: Visit }) {
  const { figures: words } = visit.words;
  return (
    <Form visit={visit} action="cost" class="row">
      <Field visit={visit} name="date" label={words.date} type="date" />
      <Field visit={visit} name="kind" label={words.kind} options={KINDS.map((kind) => [kind, kind])} />
      <Field visit={visit} name="amount" label={words.amount} inputmode="decimal" />
      <Field visit={visit} name="asset" label={words.asset} />
      <Field visit={visit} name="note" label={words.note} />
      <button type="submit">{words.addCost}</button>
    </Form>
  );
}

/** Months of the books are UTC's, whatever the reader's zone. */
function Month({ visit, from }: { visit: Visit; from: string }) {
  const options = { month: "long", year: "numeric", timeZone: "UTC" } as const;
  return (
    <time datetime={from.slice(0, 7)}>{new Intl.DateTimeFormat(visit.locale, options).format(new Date(from))}</time>
  );
}
