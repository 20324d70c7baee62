import type { Child } from "hono/jsx";
import { ask } from "#console/frame/client.ts";
import { LineChart } from "#console/frame/charts.tsx";
import { Money, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ADMINS, Desk } from "./frame.tsx";

/** Whether the business is whole, what waits for somebody, and how it is used. */
export const overviewRoutes = definePage({
  path: "/admin",
  section: "admin",
  roles: ADMINS,
  island: "plot",
  load: async ({ client: { admin } }) => {
    const [health, stats, disputes, analytics, money] = await Promise.all([
      ask(admin["health-score"].$get()),
      ask(admin.stats.$get()),
      ask(admin.disputes.queue.$get()),
      ask(admin.analytics.$get({ query: {} })),
      ask(admin.money.$get()),
    ]);
    return {
      health,
      stats: stats.data,
      disputes: disputes.data.length,
      days: analytics.days,
      money: money.data,
    };
  },
  title: ({ operators }) => operators.title,
  view: (visit, { health, stats, disputes, days, money }) => {
    const { operators: words, figures } = visit.words;
    const whole = stats["ledger"]?.["payoutsFrozen"] === 0;
    const open = countOf(stats, "payments", "openDifferences") + countOf(stats, "payouts", "openDifferences");
    return (
      <Desk visit={visit} place="overview">
        <Waiting visit={visit} disputes={disputes} stats={stats}>
          <Card title={words.ledger} good={whole} to="/admin/reconciliation">
            {whole ? words.ledgerClean : words.ledgerBroken}
          </Card>
          <Card title={words.sections.reconciliation} good={open === 0} to="/admin/reconciliation">
            {words.differences(open)}
          </Card>
        </Waiting>
        <HealthScore visit={visit} health={health} />
        <h2>{figures.money}</h2>
        <Places visit={visit} rows={money} />
        <h2>{figures.traffic}</h2>
        <LineChart
          label={figures.traffic}
          visit={visit}
          marks={days.map(({ day }) => day)}
          series={[
            { name: figures.calls, values: days.map(({ calls }) => calls) },
            { name: figures.apiCalls, values: days.map(({ apiCalls }) => apiCalls) },
            { name: figures.failures, values: days.map(({ apiFailures }) => apiFailures) },
          ]}
        />
        <h2>{figures.counts}</h2>
        <Counts visit={visit} stats={stats} />
      </Desk>
    );
  },
});

type Stats = Readonly<Record<string, Readonly<Record<string, number>>>>;

const countOf = (stats: Stats, module: string, name: string): number => stats[module]?.[name] ?? 0;

interface WaitingProps {
  readonly visit: Visit;
  readonly disputes: number;
  readonly stats: Stats;
  readonly children?: Child;
}

/** What is to be whole, and beside it what waits for somebody. */
function Waiting({ visit, disputes, stats, children }: WaitingProps) {
  const { operators: words } = visit.words;
  const count = (module: string, name: string): number => countOf(stats, module, name);
  const [late, dead] = [count("support", "lateTickets"), count("platform", "deadLetters")];
  return (
    <div class="grid">
      {children}
      <Card title={words.sections.disputes} good={disputes === 0} to="/admin/disputes">
        {words.waits(disputes)}
      </Card>
      <Card title={words.sections.withdrawals} to="/admin/withdrawals">
        {words.waits(count("wallet", "openWithdrawals"))}
      </Card>
      <Card title={words.sections.payouts} to="/admin/payouts">
        {words.waits(count("payouts", "openPayouts"))}
      </Card>
      <Card title={words.sections.tickets} good={late === 0} to="/admin/tickets">
        {words.tickets(count("support", "openTickets"), late)}
      </Card>
      <Card title={words.failed} good={dead === 0} to="/admin/jobs">
        {String(dead)}
      </Card>
    </div>
  );
}

interface CardProps {
  readonly title: string;
  readonly to: string;
  /** Whether nothing is wrong; left out where there is no wrong. */
  readonly good?: boolean;
  readonly children?: string;
}

function Card({ title, good, to, children }: CardProps) {
  return (
    <div class="card">
      <h2>
        <a href={to}>{title}</a>
      </h2>
      <p class={good === undefined ? "" : good ? "good" : "bad"}>{children}</p>
    </div>
  );
}

interface PlaceRow {
  readonly place: string;
  readonly asset: string;
  readonly cameIn: string;
  readonly wentOut: string;
  readonly there: string;
}

/** What came in and went out, by the gateway, the bank or the network that it lies at. */
function Places({ visit, rows }: { visit: Visit; rows: readonly PlaceRow[] }) {
  const { figures: words, operators } = visit.words;
  return (
    <Table
      caption={words.money}
      empty={operators.nothing}
      rows={rows}
      columns={[
        { head: words.place, cell: ({ place }) => place },
        ...(["cameIn", "wentOut", "there"] as const).map((name) => ({
          head: words[name],
          number: true,
          cell: (row: PlaceRow) => <Money visit={visit} amount={row[name]} asset={row.asset} />,
        })),
      ]}
    />
  );
}

interface Health {
  readonly score: number;
  readonly formula: string;
  readonly parts: readonly {
    readonly name: string;
    readonly weight: number;
    readonly score: number;
    readonly definition: string;
  }[];
}

function HealthScore({ visit, health }: { visit: Visit; health: Health }) {
  const { figures: words } = visit.words;
  return (
    <>
      <h2>{words.health}</h2>
      <p>
        <span class="figure">{health.score}</span> {words.ofHundred} <small>{health.formula}</small>
      </p>
      <ul class="plain">
        {health.parts.map(({ name, weight, score, definition }) => (
          <li>
            {name}: {score} <small>{words.weight(weight)}</small>
            <meter min={0} max={100} low={50} high={80} optimum={100} value={score} aria-label={name} />
            <small>{definition}</small>
          </li>
        ))}
      </ul>
    </>
  );
}

const named = (name: string): string => name.replaceAll(/([A-Z])/g, " $1").toLowerCase();

function Counts({ visit, stats }: { visit: Visit; stats: Stats }) {
  const count = new Intl.NumberFormat(visit.locale);
  return (
    <div class="grid">
      {Object.entries(stats).map(([module, counts]) => (
        <div class="card">
          <h3>{module}</h3>
          <dl>
            {Object.entries(counts).map(([name, value]) => (
              <>
                <dt>{named(name)}</dt>
                <dd>{count.format(value)}</dd>
              </>
            ))}
          </dl>
        </div>
      ))}
    </div>
  );
}
