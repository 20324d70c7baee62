import { ask } from "#console/frame/client.ts";
import { entered, enteredNumber, Field, Form } from "#console/frame/forms.tsx";
import { Money, State, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, Filters, OPERATORS } from "./frame.tsx";

const MINUTES = ["minWindowMinutes", "maxWindowMinutes", "releaseWindowMinutes"] as const;
const AMOUNTS = ["maxAmount", "newcomerMaxAmount"] as const;

type Method = Readonly<Record<(typeof MINUTES)[number], number> & Record<(typeof AMOUNTS)[number], string>> & {
  readonly fiat: string;
  readonly method: string;
  readonly name: string;
  readonly active: boolean;
};

/** How buyers pay sellers in trades, also what is switched off. */
const list = definePage({
  path: "/admin/payment-methods",
  section: "admin",
  roles: OPERATORS,
  load: async ({ client }) => (await ask(client.admin.p2p["payment-methods"].$get())).data,
  title: ({ operators }) => operators.sections.methods,
  view: (visit, all) => {
    const { operators, trading: words } = visit.words;
    const chosen = visit.query.get("fiat") ?? "";
    const fiats = [...new Set(all.map(({ fiat }) => fiat))].map((fiat) => [fiat, fiat] as const);
    return (
      <Desk visit={visit} place="methods">
        <Filters
          visit={visit}
          filters={[{ name: "fiat", label: words.fiat, options: [["", operators.all], ...fiats] }]}
        />
        <Table
          caption={operators.sections.methods}
          empty={operators.nothing}
          rows={all.filter(({ fiat }) => chosen === "" || fiat === chosen)}
          columns={[
            { head: words.fiat, cell: ({ fiat }) => fiat },
            {
              head: words.method,
              cell: ({ fiat, method, name }) => <a href={`/admin/payment-methods/${fiat}/${method}`}>{name}</a>,
            },
            ...MINUTES.map((field) => ({
              head: words.ofMethod[field],
              number: true,
              cell: (row: Method) => row[field],
            })),
            ...AMOUNTS.map((field) => ({
              head: words.ofMethod[field],
              number: true,
              cell: (row: Method) => <Money visit={visit} amount={row[field]} asset={row.fiat} />,
            })),
            { head: words.state, cell: ({ active }) => <State of={active ? words.on : words.off} /> },
          ]}
        />
        {visit.user.role === "admin" ? <NewMethod visit={visit} /> : null}
      </Desk>
    );
  },
  actions: {
    add: async ({ client }, fields) => {
      const param = { fiat: entered(fields, "fiat").toUpperCase(), method: entered(fields, "method") };
      await ask(client.admin.p2p["payment-methods"][":fiat"][":method"].$put({ param, json: termsOf(fields) }));
      return { to: `/admin/payment-methods/${param.fiat}/${param.method}`, say: "saved" };
    },
  },
});

function NewMethod({ visit }: { visit: Visit }) {
  const { trading: words } = visit.words;
  return (
    <>
      <h2>{words.newMethod}</h2>
      <Form visit={visit} action="add">
        <div class="row">
          <Field visit={visit} name="fiat" label={words.fiat} />
          <Field visit={visit} name="method" label={words.methodCode} />
        </div>
        <Terms visit={visit} />
        <button type="submit">{words.newMethod}</button>
      </Form>
    </>
  );
}

/** One way to pay: how long a buyer and a seller have, and how much may be paid by it. */
const one = definePage({
  path: "/admin/payment-methods/:fiat/:method",
  section: "admin",
  roles: OPERATORS,
  said: ({ trading }) => ({ saved: trading.saved }),
  load: async ({ client, param }) => {
    const { data } = await ask(client.admin.p2p["payment-methods"].$get());
    return data.find(({ fiat, method }) => fiat === param("fiat") && method === param("method")) ?? null;
  },
  title: ({ operators }, found) => found?.name ?? operators.sections.methods,
  view: (visit, found) => {
    const { operators, trading: words } = visit.words;
    if (!found) {
      return (
        <Desk visit={visit} place="methods">
          <p class="empty">{operators.nothing}</p>
        </Desk>
      );
    }
    return (
      <Desk visit={visit} place="methods" title={`${found.fiat}: ${found.name}`}>
        <Form visit={visit} action="save">
          <Terms visit={visit} known={found} />
          {visit.user.role === "admin" ? <button type="submit">{words.save}</button> : null}
        </Form>
      </Desk>
    );
  },
  actions: {
    save: async ({ client, param }, fields) => {
      const { ":method": at } = client.admin.p2p["payment-methods"][":fiat"];
      await ask(at.$put({ param: { fiat: param("fiat"), method: param("method") }, json: termsOf(fields) }));
      return { say: "saved" };
    },
  },
});

function termsOf(fields: URLSearchParams) {
  return {
    name: entered(fields, "name"),
    minWindowMinutes: enteredNumber(fields, "minWindowMinutes"),
    maxWindowMinutes: enteredNumber(fields, "maxWindowMinutes"),
    releaseWindowMinutes: enteredNumber(fields, "releaseWindowMinutes"),
    maxAmount: entered(fields, "maxAmount"),
    newcomerMaxAmount: entered(fields, "newcomerMaxAmount"),
    active: entered(fields, "active") === "yes",
  };
}

function Terms({ visit, known }: { visit: Visit; known?: Method }) {
  const { trading: words } = visit.words;
  return (
    <>
      <div class="row">
        <Field visit={visit} name="name" label={words.method} value={known?.name ?? ""} />
        <Field
          visit={visit}
          name="active"
          label={words.state}
          value={known?.active === true ? "yes" : "no"}
          options={[
            ["no", words.off],
            ["yes", words.on],
          ]}
        />
      </div>
      <div class="row">
        {[...MINUTES, ...AMOUNTS].map((field) => (
          <Field
            visit={visit}
            name={field}
            label={words.ofMethod[field]}
            value={String(known?.[field] ?? "")}
            inputmode="decimal"
          />
        ))}
      </div>
    </>
  );
}

export const methodRoutes = [...list, ...one];
