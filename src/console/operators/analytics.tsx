import { ask } from "#console/frame/client.ts";
import { LineChart } from "#console/frame/charts.tsx";
import { Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, Filters, filtersOf, OPERATORS } from "./frame.tsx";
import { share } from "./revenue.tsx";

/** Who comes, who stays, and what they use. */
export const analyticsRoutes = definePage({
  path: "/admin/analytics",
  section: "admin",
  roles: OPERATORS,
  island: "plot",
  load: async (visit) => await ask(visit.client.admin.analytics.$get({ query: filtersOf(visit, ["from", "to"]) })),
  title: ({ operators }) => operators.sections.analytics,
  view: (visit, { from, to, days, funnel, features, retention, apiKeys }) => {
    const { figures: words, operators } = visit.words;
    return (
      <Desk visit={visit} place="analytics">
        <Filters
          visit={visit}
          filters={[
            { name: "from", label: words.from, type: "date" },
            { name: "to", label: words.to, type: "date" },
          ]}
        />
        <p class="quiet">
          {from} – {to}
        </p>
        <Days visit={visit} days={days} />
        <h2>{words.funnel}</h2>
        <Table
          caption={words.funnel}
          empty={operators.nothing}
          rows={funnel}
          columns={[
            { head: words.step, cell: ({ step }) => words.steps[step] },
            { head: words.count, number: true, cell: ({ count }) => count },
            { head: words.conversion, number: true, cell: ({ conversionBps }) => share(visit, conversionBps) },
          ]}
        />
        <h2>{words.retention}</h2>
        <Retention visit={visit} rows={retention} />
        <Use visit={visit} features={features} apiKeys={apiKeys} />
      </Desk>
    );
  },
});

interface Day {
  readonly day: string;
  readonly visits: number;
  readonly registered: number;
  readonly verified: number;
  readonly paid: number;
  readonly dau: number;
  readonly wau: number;
  readonly mau: number;
}

function Days({ visit, days }: { visit: Visit; days: readonly Day[] }) {
  const { figures: words } = visit.words;
  const chart = { visit, marks: days.map(({ day }) => day) };
  const line = (name: string, of: keyof Omit<Day, "day">) => ({
    name,
    values: days.map((day) => day[of]),
  });
  return (
    <>
      <h2>{words.active}</h2>
      <LineChart
        {...chart}
        label={words.active}
        series={[line(words.dau, "dau"), line(words.wau, "wau"), line(words.mau, "mau")]}
      />
      <h2>{words.arrivals}</h2>
      <LineChart
        {...chart}
        label={words.arrivals}
        series={[
          line(words.steps.visit, "visits"),
          line(words.steps.registered, "registered"),
          line(words.steps.verified, "verified"),
          line(words.steps.paid, "paid"),
        ]}
      />
    </>
  );
}

interface UseProps {
  readonly visit: Visit;
  readonly features: readonly { readonly feature: string; readonly peakUsers: number; readonly calls: number }[];
  readonly apiKeys: readonly {
    readonly keyId: string;
    readonly userId: string;
    readonly route: string;
    readonly calls: number;
    readonly failures: number;
  }[];
}

function Use({ visit, features, apiKeys }: UseProps) {
  const { figures: words, operators } = visit.words;
  return (
    <>
      <h2>{words.features}</h2>
      <Table
        caption={words.features}
        empty={operators.nothing}
        rows={features}
        columns={[
          { head: words.feature, cell: ({ feature }) => feature },
          { head: words.peak, number: true, cell: ({ peakUsers }) => peakUsers },
          { head: words.calls, number: true, cell: ({ calls }) => calls },
        ]}
      />
      <h2>{words.keys}</h2>
      <Table
        caption={words.keys}
        empty={operators.nothing}
        rows={apiKeys}
        columns={[
          { head: words.key, cell: ({ keyId }) => <code>{keyId}</code> },
          { head: words.who, cell: ({ userId }) => <a href={`/admin/users/${userId}`}>{userId}</a> },
          { head: words.route, cell: ({ route }) => <code>{route}</code> },
          { head: words.calls, number: true, cell: ({ calls }) => calls },
          { head: words.failures, number: true, cell: ({ failures }) => failures },
        ]}
      />
    </>
  );
}

interface Cohort {
  readonly cohort: string;
  readonly week: number;
  readonly size: number;
  readonly active: number;
}

/** Each week's newcomers, and how many of them came back in the weeks after. */
function Retention({ visit, rows }: { visit: Visit; rows: readonly Cohort[] }) {
  const { figures: words, operators } = visit.words;
  const weeks = [...new Set(rows.map(({ week }) => week))].toSorted((a, b) => a - b);
  const cohorts = [...new Set(rows.map(({ cohort }) => cohort))];
  const activeIn = (cohort: string, week: number): string => {
    const found = rows.find((row) => row.cohort === cohort && row.week === week);
    return found && found.size > 0 ? share(visit, Math.round((found.active * 10_000) / found.size)) : "";
  };
  return (
    <Table
      caption={words.retention}
      empty={operators.nothing}
      rows={cohorts}
      columns={[
        { head: words.cohort, cell: (cohort) => cohort },
        { head: words.size, number: true, cell: (cohort) => rows.find((row) => row.cohort === cohort)?.size ?? 0 },
        ...weeks.map((week) => ({
          head: `${words.week} ${week}`,
          number: true,
          cell: (cohort: string) => activeIn(cohort, week),
        })),
      ]}
    />
  );
}
