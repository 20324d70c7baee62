import { ask } from "#console/frame/client.ts";
import { bpsOf, entered, Field, Form, percentOf } from "#console/frame/forms.tsx";
import { Table } from "#console/frame/parts.tsx";
import { enteredRows, Rows } from "#console/frame/rows.tsx";
import { definePage } from "#console/frame/site.tsx";
import { Desk, OPERATORS } from "./frame.tsx";
import { share } from "./revenue.tsx";

/** What is added to prices as tax, by the buyer's country. */
const list = definePage({
  path: "/admin/taxes",
  section: "admin",
  roles: OPERATORS,
  load: async ({ client }) => (await ask(client.admin["tax-rates"].$get())).data,
  title: ({ operators }) => operators.sections.taxes,
  view: (visit, countries) => {
    const { operators, sales: words } = visit.words;
    return (
      <Desk visit={visit} place="taxes">
        <p class="quiet">{words.taxText}</p>
        <Table
          caption={operators.sections.taxes}
          empty={words.noTaxes}
          rows={countries}
          columns={[
            { head: words.country, cell: ({ country }) => <a href={`/admin/taxes/${country}`}>{country}</a> },
            {
              head: words.taxes,
              cell: ({ rates }) =>
                rates.map(({ name, rateBps }) => `${name} ${share(visit, rateBps)}`).join(", ") || words.noTax,
            },
          ]}
        />
        {visit.user.role === "admin" ? (
          <Form visit={visit} action="open" class="row">
            <Field visit={visit} name="country" label={words.countryCode} />
            <button type="submit">{words.openCountry}</button>
          </Form>
        ) : null}
      </Desk>
    );
  },
  actions: {
    open: async (_, fields) =>
      await Promise.resolve({ to: `/admin/taxes/${encodeURIComponent(entered(fields, "country").toUpperCase())}` }),
  },
});

/** One country's rates, all of which are added to a price. */
const one = definePage({
  path: "/admin/taxes/:country",
  section: "admin",
  roles: OPERATORS,
  said: ({ sales }) => ({ saved: sales.saved }),
  load: async ({ client, param }) => {
    const { data } = await ask(client.admin["tax-rates"].$get());
    return data.find(({ country }) => country === param("country"))?.rates ?? [];
  },
  title: ({ sales }) => sales.taxes,
  view: (visit, rates) => {
    const { sales: words } = visit.words;
    return (
      <Desk visit={visit} place="taxes" title={words.taxesOf(visit.param("country"))}>
        <p class="quiet">{words.taxText}</p>
        <Form visit={visit} action="save">
          <Rows
            visit={visit}
            list="rates"
            legend={words.tax}
            rows={rates.map(({ name, rateBps }) => ({ name, rateBps: percentOf(rateBps) }))}
            columns={[
              { name: "name", label: words.name },
              { name: "rateBps", label: words.percent, inputmode: "decimal" },
            ]}
          />
          {visit.user.role === "admin" ? <button type="submit">{words.save}</button> : null}
        </Form>
      </Desk>
    );
  },
  actions: {
    save: async ({ client, param }, fields) => {
      const rows = enteredRows(fields, "rates", ["name", "rateBps"]);
      const json = { rates: rows.map(({ name, rateBps }) => ({ name, rateBps: bpsOf(rateBps) })) };
      await ask(client.admin["tax-rates"][":country"].$put({ param: { country: param("country") }, json }));
      return { say: "saved" };
    },
  },
});

export const taxRoutes = [...list, ...one];
