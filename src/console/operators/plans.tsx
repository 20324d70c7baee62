import { ask } from "#console/frame/client.ts";
import { entered, enteredNumber, Field, Form } from "#console/frame/forms.tsx";
import { formatDecimal } from "#console/frame/figures.ts";
import { Money, Pager, Table, When } from "#console/frame/parts.tsx";
import { enteredRows, Rows } from "#console/frame/rows.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, filtersOf, OPERATORS } from "./frame.tsx";
import { Versions } from "./versions.tsx";

const LIMITS = [
  "apiCallsPerDay",
  "savedScans",
  "alerts",
  "scheduleMinutes",
  "backtestsPerMonth",
  "assistantTokensPerMonth",
] as const;
type Limits = Readonly<Record<(typeof LIMITS)[number], number>>;

const SUPPORT = ["community", "email", "priority", "dedicated"] as const;
const INTERVALS = ["month", "year"] as const;

interface Price {
  readonly interval: (typeof INTERVALS)[number];
  readonly amount: string;
  readonly asset: string;
}

/** The plans, what they cost and what they allow. */
const list = definePage({
  path: "/admin/plans",
  section: "admin",
  roles: OPERATORS,
  load: async ({ client }) => (await ask(client.plans.$get())).data,
  title: ({ operators }) => operators.sections.plans,
  view: (visit, plans) => {
    const { operators, sales: words } = visit.words;
    return (
      <Desk visit={visit} place="plans">
        <p class="quiet">{words.plansText}</p>
        <Table
          caption={operators.sections.plans}
          empty={operators.nothing}
          rows={plans}
          columns={[
            { head: words.name, cell: ({ id, name }) => <a href={`/admin/plans/${id}`}>{name}</a> },
            { head: words.level, cell: ({ level }) => level },
            { head: words.prices, cell: ({ prices }) => <Prices visit={visit} prices={prices} /> },
            { head: words.support, cell: ({ support }) => support },
            ...LIMITS.map((limit) => ({
              head: words.limitNames[limit],
              number: true,
              cell: ({ limits }: { limits: Limits }) => formatDecimal(visit.locale, String(limits[limit])),
            })),
          ]}
        />
      </Desk>
    );
  },
});

function Prices({ visit, prices }: { visit: Visit; prices: readonly Price[] }) {
  const { sales: words } = visit.words;
  if (prices.length === 0) return <span class="quiet">{words.notSold}</span>;
  return (
    <ul class="plain">
      {prices.map(({ interval, amount, asset }) => (
        <li>
          <Money visit={visit} amount={amount} asset={asset} /> {words.intervals[interval]}
        </li>
      ))}
    </ul>
  );
}

/** One plan: what it is called, costs and allows, and every version of it. */
const one = definePage({
  path: "/admin/plans/:id",
  section: "admin",
  roles: OPERATORS,
  said: ({ sales }) => ({ saved: sales.saved }),
  load: async (visit) => {
    const { ":id": at } = visit.client.admin.plans;
    const param = { id: visit.param("id") };
    const [plan, versions] = await Promise.all([
      ask(at.$get({ param })),
      ask(at.versions.$get({ param, query: filtersOf(visit, []) })),
    ]);
    return { plan, versions };
  },
  title: (_, { plan }) => plan.name,
  view: (visit, { plan, versions }) => {
    const { sales: words } = visit.words;
    return (
      <Desk visit={visit} place="plans" title={plan.name}>
        <p class="quiet">
          {words.version} {plan.version}, <When visit={visit} at={plan.updatedAt} />. {words.plansText}
        </p>
        {visit.user.role === "admin" ? <Editor visit={visit} plan={plan} /> : null}
        <Versions
          visit={visit}
          rows={versions.data}
          columns={[
            { head: words.prices, cell: ({ prices }) => <Prices visit={visit} prices={prices} /> },
            { head: words.support, cell: ({ support }) => support },
            { head: words.limits, cell: ({ limits }) => <LimitList visit={visit} limits={limits} /> },
          ]}
        />
        <Pager visit={visit} next={versions.nextCursor} />
      </Desk>
    );
  },
  actions: {
    save: async ({ client, param }, fields) => {
      const json = {
        name: entered(fields, "name"),
        support: entered(fields, "support") as (typeof SUPPORT)[number],
        limits: Object.fromEntries(LIMITS.map((limit) => [limit, enteredNumber(fields, `limits.${limit}`)])),
        prices: enteredRows(fields, "prices", ["amount", "interval", "asset"]).map(({ interval, ...price }) => ({
          ...price,
          interval: interval as Price["interval"],
          asset: price.asset.toUpperCase(),
        })),
      };
      await ask(client.admin.plans[":id"].$patch({ param: { id: param("id") }, json }));
      return { say: "saved" };
    },
  },
});

function LimitList({ visit, limits }: { visit: Visit; limits: Limits }) {
  const { sales: words } = visit.words;
  return (
    <details>
      <summary>{words.limits}</summary>
      <dl>
        {LIMITS.map((limit) => (
          <>
            <dt>{words.limitNames[limit]}</dt>
            <dd>{formatDecimal(visit.locale, String(limits[limit]))}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}

interface EditorProps {
  readonly visit: Visit;
  readonly plan: {
    readonly name: string;
    readonly support: string;
    readonly limits: Limits;
    readonly prices: readonly Price[];
  };
}

function Editor({ visit, plan }: EditorProps) {
  const { sales: words } = visit.words;
  return (
    <Form visit={visit} action="save">
      <div class="row">
        <Field visit={visit} name="name" label={words.name} value={plan.name} />
        <Field
          visit={visit}
          name="support"
          label={words.support}
          value={plan.support}
          options={SUPPORT.map((level) => [level, level])}
        />
      </div>
      <h2>{words.limits}</h2>
      <div class="grid">
        {LIMITS.map((limit) => (
          <Field
            visit={visit}
            name={`limits.${limit}`}
            label={words.limitNames[limit]}
            value={String(plan.limits[limit])}
            inputmode="numeric"
          />
        ))}
      </div>
      <h2>{words.prices}</h2>
      <p class="quiet">{words.planText}</p>
      <Rows
        visit={visit}
        list="prices"
        legend={words.price}
        rows={plan.prices.map(({ interval, amount, asset }) => ({ interval, amount, asset }))}
        columns={[
          { name: "amount", label: words.amount, inputmode: "decimal" },
          { name: "asset", label: words.asset },
          {
            name: "interval",
            label: words.interval,
            options: INTERVALS.map((interval) => [interval, words.intervals[interval]]),
          },
        ]}
      />
      <button type="submit">{words.save}</button>
    </Form>
  );
}

export const planRoutes = [...list, ...one];
