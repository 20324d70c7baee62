import { ask } from "#console/frame/client.ts";
import { entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** The month as envelopes: what each was given, what was spent, what is left. */
export const budgetRoutes = definePage({
  path: "/app/budget",
  section: "budget",
  said: ({ budget }) => ({
    saved: budget.saved,
    added: budget.added,
    account: budget.accountAdded,
    moved: budget.moved,
  }),
  load: async (visit) => {
    const { client } = visit;
    const month = monthOf(visit);
    const [budget, categories, accounts, transactions] = await Promise.all([
      ask(client.budgets[":month"].$get({ param: { month } })),
      ask(client.categories.$get({ query: { limit: "100" } })),
      ask(client.accounts.$get({ query: { limit: "100" } })),
      ask(client.transactions.$get({ query: { month, limit: "50" } })),
    ]);
    const names = new Map(categories.data.map(({ id, name }) => [id, name]));
    return { month, budget, names, accounts: accounts.data, transactions: transactions.data };
  },
  title: ({ budget }) => budget.title,
  view: (visit, { month, budget, names, accounts, transactions }) => {
    const { budget: words } = visit.words;
    const { asset } = budget;
    return (
      <>
        <h1>
          {words.title} {monthName(visit.locale, month)}
        </h1>
        <p>
          <a href={`?month=${shift(month, -1)}`}>{words.before}</a> ·{" "}
          <a href={`?month=${shift(month, 1)}`}>{words.after}</a> · <a href="/app/budget/reports">{words.reports}</a> ·{" "}
          <a href="/app/budget/import">{words.import}</a>
        </p>
        <div class="card">
          <small>{words.toBeBudgeted}</small>
          <div class="figure">
            <Money visit={visit} amount={budget.toBeBudgeted} asset={asset} />
          </div>
        </div>
        <Form visit={visit} action="save">
          <Envelopes visit={visit} budget={budget} names={names} />
          <button type="submit">{words.save}</button>
        </Form>
        <Move visit={visit} names={names} />
        <h2>{words.transactions}</h2>
        <Table
          caption={words.transactions}
          empty={words.noTransactions}
          rows={transactions}
          columns={[
            { head: words.date, cell: ({ date }) => date },
            { head: words.payee, cell: ({ payee }) => payee ?? "–" },
            {
              head: words.category,
              cell: ({ categoryId }) => (categoryId === null ? "–" : (names.get(categoryId) ?? "–")),
            },
            {
              head: words.available,
              number: true,
              cell: (row) => <Money visit={visit} amount={row.amount} asset={row.asset} />,
            },
          ]}
        />
        <Entry visit={visit} names={names} accounts={accounts} />
      </>
    );
  },
  actions: {
    save: async (visit, fields) => {
      const given = [...fields].filter(([name]) => name.startsWith("assigned."));
      const allocations = given.map(([name, amount]) => ({
        categoryId: name.slice("assigned.".length),
        amount: amount.trim() === "" ? "0" : amount.trim(),
      }));
      await ask(visit.client.allocations.$put({ json: { month: monthOf(visit), allocations } }));
      return { say: "saved" };
    },
    move: async (visit, fields) => {
      const side = (name: string): string | null => {
        const category = entered(fields, name);
        return category === "" ? null : category;
      };
      const json = { from: side("from"), to: side("to"), amount: entered(fields, "toMove") };
      await ask(visit.client.budgets[":month"].move.$post({ param: { month: monthOf(visit) }, json }));
      return { say: "moved" };
    },
    add: async ({ client }, fields) => {
      const category = entered(fields, "categoryId");
      const json = {
        accountId: entered(fields, "accountId"),
        date: entered(fields, "date"),
        payee: entered(fields, "payee"),
        amount: entered(fields, "amount"),
        ...(category === "" ? {} : { categoryId: category }),
      };
      await ask(client.transactions.$post({ json }));
      return { say: "added" };
    },
    account: async ({ client }, fields) => {
      await ask(client.accounts.$post({ json: { name: entered(fields, "name") } }));
      return { say: "account" };
    },
  },
});

function monthOf({ query, timeZone, c }: Visit): string {
  const asked = query.get("month");
  if (asked !== null && /^\d{4}-\d{2}$/.test(asked)) return asked;
  const options = { timeZone, year: "numeric", month: "2-digit" } as const;
  return new Intl.DateTimeFormat("en-CA", options).format(new Date(c.get("ctx").now()));
}

function shift(month: string, by: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

function monthName(locale: string, month: string): string {
  const options = { year: "numeric", month: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale, options).format(new Date(`${month}-01T00:00:00Z`));
}

interface Month {
  readonly asset: string;
  readonly categories: readonly {
    readonly categoryId: string;
    readonly kind: string;
    readonly assigned: string;
    readonly spent: string;
    readonly available: string;
  }[];
}

type Names = ReadonlyMap<string, string>;

function Envelopes({ visit, budget: { asset, categories }, names }: { visit: Visit; budget: Month; names: Names }) {
  const { budget: words, frame } = visit.words;
  return (
    <Table
      caption={words.title}
      empty={frame.nothing}
      rows={categories.filter(({ kind }) => kind === "expense")}
      columns={[
        { head: words.category, cell: ({ categoryId }) => names.get(categoryId) ?? "–" },
        {
          head: words.assigned,
          number: true,
          cell: ({ categoryId, assigned }) => (
            <input
              name={`assigned.${categoryId}`}
              value={assigned}
              inputmode="decimal"
              aria-label={`${words.assigned}: ${names.get(categoryId) ?? ""}`}
            />
          ),
        },
        { head: words.spent, number: true, cell: ({ spent }) => <Money visit={visit} amount={spent} asset={asset} /> },
        {
          head: words.available,
          number: true,
          cell: ({ available }) => (
            <span class={available.startsWith("-") ? "bad" : ""}>
              <Money visit={visit} amount={available} asset={asset} />
            </span>
          ),
        },
      ]}
    />
  );
}

/** From one envelope to another, or to and from what is still to be budgeted. */
function Move({ visit, names }: { visit: Visit; names: Names }) {
  const { budget: words } = visit.words;
  const options = [["", words.toBeBudgeted] as const, ...names];
  return (
    <Form visit={visit} action="move" class="row">
      <Field visit={visit} name="from" label={words.from} required={false} options={options} />
      <Field visit={visit} name="to" label={words.to} required={false} options={options} />
      <Field visit={visit} name="toMove" label={words.toMove} inputmode="decimal" />
      <button type="submit" class="second">
        {words.move}
      </button>
    </Form>
  );
}

interface EntryProps {
  readonly visit: Visit;
  readonly names: Names;
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
}

/** The form for one transaction; before there is an account, the form for that. */
function Entry({ visit, names, accounts }: EntryProps) {
  const { budget: words } = visit.words;
  if (accounts.length === 0) {
    return (
      <Form visit={visit} action="account" class="row">
        <Field visit={visit} name="name" label={words.accountName} hint={words.noAccount} />
        <button type="submit">{words.addAccount}</button>
      </Form>
    );
  }
  const today = new Date(visit.c.get("ctx").now()).toISOString().slice(0, 10);
  return (
    <Form visit={visit} action="add" class="row">
      <Field visit={visit} name="date" label={words.date} type="date" value={today} />
      <Field
        visit={visit}
        name="accountId"
        label={words.account}
        options={accounts.map(({ id, name }) => [id, name])}
      />
      <Field visit={visit} name="payee" label={words.payee} />
      <Field
        visit={visit}
        name="categoryId"
        label={words.category}
        required={false}
        options={[["", words.none], ...names]}
      />
      <Field visit={visit} name="amount" label={words.amount} inputmode="decimal" />
      <button type="submit">{words.add}</button>
    </Form>
  );
}
