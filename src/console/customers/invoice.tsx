import { ask } from "#console/frame/client.ts";
import { Money, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";

/** One invoice or credit note. */
export const invoiceRoutes = definePage({
  path: "/app/invoices/:id",
  section: "billing",
  load: async ({ client, param }) => await ask(client.billing.invoices[":id"].$get({ param: { id: param("id") } })),
  title: (_, { number }) => number,
  view: (visit, invoice) => {
    const { billing: words } = visit.words;
    const { asset } = invoice;
    const sums = [
      { name: words.subtotal, amount: invoice.subtotal },
      ...invoice.taxLines.map(({ name, amount }) => ({ name, amount })),
      { name: words.total, amount: invoice.total },
    ];
    const lines = invoice.lines.map(({ description, amount }) => ({ name: description, amount }));
    return (
      <>
        <h1>
          {words.kinds[invoice.kind]} {invoice.number} <State of={invoice.status} />
        </h1>
        <p class="lead">
          <When visit={visit} at={invoice.issuedAt} />
        </p>
        <Table
          caption={invoice.number}
          empty={words.noInvoices}
          rows={[...lines, ...sums]}
          columns={[
            { head: words.line, cell: ({ name }) => name },
            {
              head: words.total,
              number: true,
              cell: ({ amount }) => <Money visit={visit} amount={amount} asset={asset} />,
            },
          ]}
        />
        <p>
          <a href={`/app/invoices/${invoice.id}/pdf`}>{words.pdf}</a> · <a href="/app/billing">{words.title}</a>
        </p>
      </>
    );
  },
});
