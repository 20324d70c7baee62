import { ask, askIfAny } from "#console/frame/client.ts";
import { ButtonForm, entered, Form } from "#console/frame/forms.tsx";
import { Methods } from "./billing.methods.tsx";
import { Money, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** The plan, what is used of it, and what was paid. */
export const billingRoutes = definePage({
  path: "/app/billing",
  section: "billing",
  said: ({ billing: words }) => ({
    changed: words.changed,
    cancelled: words.cancelled,
    resumed: words.resumed,
    saved: words.methodSaved,
  }),
  load: async (visit) => {
    const { client } = visit;
    const [plans, usage, invoices, methods, subscription] = await Promise.all([
      ask(client.plans.$get()),
      ask(client.billing.usage.$get()),
      ask(client.billing.invoices.$get({ query: {} })),
      ask(client.billing["payment-methods"].$get()),
      subscriptionOf(visit),
    ]);
    return { plans: plans.data, usage, invoices: invoices.data, methods: methods.data, subscription };
  },
  title: ({ billing: words }) => words.title,
  view: (visit, { plans, usage, invoices, methods, subscription }) => {
    const { billing: words } = visit.words;
    return (
      <>
        <h1>{words.title}</h1>
        <p class="lead">{words.text}</p>
        {subscription === null ? null : <Subscribed visit={visit} subscription={subscription} />}
        <h2>{words.plan}</h2>
        <Plans visit={visit} plans={plans} now={usage.plan} billedIn={subscription?.asset ?? null} />
        <h2>{words.usage}</h2>
        <Usage visit={visit} rows={usage.data} />
        <h2>{words.methods}</h2>
        <Methods visit={visit} rows={methods} />
        <h2>{words.invoices}</h2>
        <Table
          caption={words.invoices}
          empty={words.noInvoices}
          rows={invoices}
          columns={[
            { head: words.number, cell: ({ id, number }) => <a href={`/app/invoices/${id}`}>{number}</a> },
            { head: "", cell: ({ issuedAt }) => <When visit={visit} at={issuedAt} /> },
            { head: "", cell: ({ status }) => <State of={status} /> },
            {
              head: words.total,
              number: true,
              cell: ({ total, asset }) => <Money visit={visit} amount={total} asset={asset} />,
            },
          ]}
        />
      </>
    );
  },
  actions: {
    choose: async (visit, fields) => {
      const [plan = "", interval = "", asset = ""] = entered(fields, "of").split(" ");
      const json = { plan, interval: interval as "month" | "year" };
      if ((await subscriptionOf(visit)) === null) {
        const { checkoutUrl } = await ask(visit.client.billing.checkout.$post({ json: { ...json, asset } }));
        return { show: <Checkout visit={visit} url={checkoutUrl} /> };
      }
      const preview = await ask(visit.client.billing.subscription.preview.$post({ json }));
      return { show: <Preview visit={visit} of={entered(fields, "of")} {...preview} /> };
    },
    change: async ({ client }, fields) => {
      const [plan = "", interval = ""] = entered(fields, "of").split(" ");
      await ask(client.billing.subscription.change.$post({ json: { plan, interval: interval as "month" | "year" } }));
      return { say: "changed" };
    },
    cancel: async ({ client }) => {
      await ask(client.billing.subscription.cancel.$post({ json: { atPeriodEnd: true } }));
      return { say: "cancelled" };
    },
    useMethod: async ({ client }, fields) => {
      const { ":id": one } = client.billing["payment-methods"];
      await ask(one.default.$post({ param: { id: entered(fields, "of") } }));
      return { say: "saved" };
    },
    removeMethod: async ({ client }, fields) => {
      await ask(client.billing["payment-methods"][":id"].$delete({ param: { id: entered(fields, "of") } }));
      return { say: "saved" };
    },
    addMethod: async (visit) => {
      const { checkoutUrl } = await ask(visit.client.billing["payment-methods"].$post({ json: {} }));
      return { show: <Checkout visit={visit} url={checkoutUrl} /> };
    },
    resume: async ({ client }) => {
      await ask(client.billing.subscription.resume.$post());
      return { say: "resumed" };
    },
  },
});

/** The subscription that goes on; null for somebody without one. */
async function subscriptionOf({ client }: Visit) {
  const subscription = await askIfAny(client.billing.subscription.$get());
  return subscription?.status === "canceled" ? null : subscription;
}

type Subscription = NonNullable<Awaited<ReturnType<typeof subscriptionOf>>>;

function Subscribed({ visit, subscription }: { visit: Visit; subscription: Subscription }) {
  const { billing: words } = visit.words;
  const { plan, status, amount, asset, interval, currentPeriodEnd, cancelAtPeriodEnd } = subscription;
  return (
    <div class="card">
      <h2>
        {words.current}: {plan} <State of={status} />
      </h2>
      <p>
        <Money visit={visit} amount={amount} asset={asset} /> {words[interval]}.{" "}
        {cancelAtPeriodEnd ? words.ends : words.until} <When visit={visit} at={currentPeriodEnd} />
      </p>
      {cancelAtPeriodEnd ? (
        <ButtonForm visit={visit} action="resume" label={words.resume} />
      ) : (
        <ButtonForm visit={visit} action="cancel" label={words.cancel} danger />
      )}
    </div>
  );
}

interface Plan {
  readonly id: string;
  readonly name: string;
  readonly level: string;
  readonly prices: readonly { readonly interval: "month" | "year"; readonly amount: string; readonly asset: string }[];
}

interface PlansProps {
  readonly visit: Visit;
  readonly plans: readonly Plan[];
  readonly now: string;
  /** Whoever has a subscription changes it in its own currency. */
  readonly billedIn: string | null;
}

function Plans({ visit, plans, now, billedIn }: PlansProps) {
  const { billing: words } = visit.words;
  const offered = [...new Set(plans.flatMap(({ prices }) => prices.map(({ asset }) => asset)))];
  const wanted = billedIn ?? visit.query.get("currency") ?? usualCurrency(visit);
  const currency = offered.find((asset) => asset === wanted) ?? offered[0];
  return (
    <>
      {billedIn === null ? <Currencies offered={offered} current={currency} label={words.currency} /> : null}
      <div class="grid">
        {plans.map((plan) => (
          <PlanCard
            visit={visit}
            plan={plan}
            mine={plan.level === now}
            prices={plan.prices.filter(({ asset }) => asset === currency)}
          />
        ))}
      </div>
    </>
  );
}

/** What is paid with where the reader is, as far as it is offered. */
function usualCurrency({ locale }: Visit): string {
  const { region } = new Intl.Locale(locale).maximize();
  return region === "IN" ? "INR" : region === "US" ? "USD" : "EUR";
}

interface CurrenciesProps {
  readonly offered: readonly string[];
  readonly current: string | undefined;
  readonly label: string;
}

function Currencies({ offered, current, label }: CurrenciesProps) {
  return (
    <nav class="sections choice" aria-label={label}>
      {offered.map((asset) => (
        <a href={`?currency=${asset}`} aria-current={asset === current ? "true" : undefined}>
          {asset}
        </a>
      ))}
    </nav>
  );
}

interface PlanCardProps {
  readonly visit: Visit;
  readonly plan: Plan;
  readonly mine: boolean;
  readonly prices: Plan["prices"];
}

function PlanCard({ visit, plan: { id, name }, mine, prices }: PlanCardProps) {
  const { billing: words } = visit.words;
  return (
    <div class="card">
      <h3>
        {name} {mine ? <span class="state good">{words.current}</span> : null}
      </h3>
      {prices.length === 0 ? <p class="figure">{words.free}</p> : null}
      {prices.map(({ interval, amount, asset }) => (
        <div>
          <p>
            <span class="figure">
              <Money visit={visit} amount={amount} asset={asset} />
            </span>{" "}
            <span class="quiet">{words[interval]}</span>
          </p>
          {mine ? null : (
            <ButtonForm visit={visit} action="choose" of={`${id} ${interval} ${asset}`} label={words.choose} />
          )}
        </div>
      ))}
    </div>
  );
}

interface UsageRow {
  readonly name: string;
  readonly limit: number;
  readonly used: number | null;
}

function Usage({ visit, rows }: { visit: Visit; rows: readonly UsageRow[] }) {
  const { billing: words } = visit.words;
  const count = new Intl.NumberFormat(visit.locale);
  return (
    <ul class="plain meters">
      {rows.map(({ name, limit, used }) => (
        <li>
          {name.replaceAll(/([A-Z])/g, " $1").toLowerCase()}: {count.format(used ?? 0)} {words.of} {count.format(limit)}
          <meter min={0} max={Math.max(1, limit)} value={used ?? 0} aria-label={name} />
        </li>
      ))}
    </ul>
  );
}

/** A link to the gateway: the content policy lets no form lead away from our pages. */
export function Checkout({ visit, url }: { visit: Visit; url: string }) {
  const { billing: words } = visit.words;
  return (
    <>
      <h1>{words.checkout}</h1>
      <p class="lead">{words.checkoutText}</p>
      <a class="button" href={url}>
        {words.goToCheckout}
      </a>
    </>
  );
}

interface PreviewProps {
  readonly visit: Visit;
  readonly of: string;
  readonly lines: readonly { readonly description: string; readonly amount: string }[];
  readonly amountDue: string;
  readonly asset: string;
}

function Preview({ visit, of, lines, amountDue, asset }: PreviewProps) {
  const { billing: words } = visit.words;
  return (
    <>
      <h1>{words.preview}</h1>
      <ul class="plain">
        {lines.map(({ description, amount }) => (
          <li>
            {description}: <Money visit={visit} amount={amount} asset={asset} />
          </li>
        ))}
      </ul>
      <p class="figure">
        {words.due}: <Money visit={visit} amount={amountDue} asset={asset} />
      </p>
      <Form visit={visit} action="change" of={of}>
        <button type="submit">{words.change}</button>
      </Form>
    </>
  );
}
