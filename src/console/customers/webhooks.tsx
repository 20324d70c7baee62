import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** Endpoints of one's own that are told what happens. */
const list = definePage({
  path: "/app/webhooks",
  section: "settings",
  said: ({ webhooks }) => ({ done: webhooks.done }),
  load: async ({ client }) => (await ask(client.webhooks.$get({ query: { limit: "100" } }))).data,
  title: ({ webhooks }) => webhooks.title,
  view: (visit, rows) => {
    const { webhooks: words } = visit.words;
    return (
      <>
        <h1>{words.title}</h1>
        <p class="lead">{words.text}</p>
        <Table
          caption={words.title}
          empty={words.none}
          rows={rows}
          columns={[
            { head: words.url, cell: ({ id, url }) => <a href={`/app/webhooks/${id}`}>{url}</a> },
            { head: words.description, cell: ({ description }) => description },
            {
              head: words.state,
              cell: ({ enabled, disabledBy }) => (enabled ? words.on : `${words.off} ${disabledBy ?? ""}`),
            },
          ]}
        />
        <Form visit={visit} action="create" class="row">
          <Field visit={visit} name="url" label={words.url} type="url" />
          <Field visit={visit} name="description" label={words.description} required={false} />
          <button type="submit">{words.create}</button>
        </Form>
      </>
    );
  },
  actions: {
    create: async (visit, fields) => {
      const json = { url: entered(fields, "url"), description: entered(fields, "description") };
      const { id, secret } = await ask(visit.client.webhooks.$post({ json }));
      return { show: <Secret visit={visit} id={id} secret={secret} /> };
    },
  },
});

function Secret({ visit, id, secret }: { visit: Visit; id: string; secret: string }) {
  const { webhooks: words } = visit.words;
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.secret}</p>
      <pre>{secret}</pre>
      <p>
        <a href={`/app/webhooks/${id}`}>{words.goOn}</a>
      </p>
    </>
  );
}

/** One endpoint: whether it is on, and what was sent to it. */
const one = definePage({
  path: "/app/webhooks/:id",
  section: "settings",
  said: ({ webhooks }) => ({ done: webhooks.done }),
  load: async ({ client, param }) => {
    const { ":id": webhook } = client.webhooks;
    const given = { id: param("id") };
    const [about, deliveries] = await Promise.all([
      ask(webhook.$get({ param: given })),
      ask(webhook.deliveries.$get({ param: given, query: { limit: "25" } })),
    ]);
    return { about, deliveries: deliveries.data };
  },
  title: ({ webhooks }) => webhooks.title,
  view: (visit, { about, deliveries }) => {
    const { webhooks: words } = visit.words;
    return (
      <>
        <h1>{new URL(about.url).host}</h1>
        <p>
          <code>{about.url}</code> {about.description}
        </p>
        <p>
          <ButtonForm visit={visit} action="test" label={words.test} />{" "}
          <ButtonForm
            visit={visit}
            action={about.enabled ? "off" : "on"}
            label={about.enabled ? words.turnOff : words.turnOn}
          />{" "}
          <ButtonForm visit={visit} action="rotate" label={words.rotate} />{" "}
          <ButtonForm visit={visit} action="delete" label={words.delete} danger />
        </p>
        <h2>{words.deliveries}</h2>
        <Table
          caption={words.deliveries}
          empty={words.noDeliveries}
          rows={deliveries}
          columns={[
            { head: words.at, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
            { head: words.type, cell: ({ type }) => type },
            { head: words.state, cell: ({ state }) => <State of={state} /> },
            {
              head: words.attempts,
              cell: ({ attempts }) => attempts.map(({ status, error }) => String(status ?? error ?? "–")).join(", "),
            },
            {
              head: "",
              cell: ({ id }) => <ButtonForm visit={visit} action="again" of={id} label={words.again} />,
            },
          ]}
        />
      </>
    );
  },
  actions: {
    test: async ({ client, param }) => {
      await ask(client.webhooks[":id"].test.$post({ param: { id: param("id") } }));
      return { say: "done" };
    },
    on: async ({ client, param }) => {
      await ask(client.webhooks[":id"].$patch({ param: { id: param("id") }, json: { enabled: true } }));
      return { say: "done" };
    },
    off: async ({ client, param }) => {
      await ask(client.webhooks[":id"].$patch({ param: { id: param("id") }, json: { enabled: false } }));
      return { say: "done" };
    },
    rotate: async (visit) => {
      const id = visit.param("id");
      const { secret } = await ask(visit.client.webhooks[":id"].rotate.$post({ param: { id } }));
      return { show: <Secret visit={visit} id={id} secret={secret} /> };
    },
    delete: async ({ client, param }) => {
      await ask(client.webhooks[":id"].$delete({ param: { id: param("id") } }));
      return { to: "/app/webhooks", say: "done" };
    },
    again: async ({ client, param }, fields) => {
      const { ":deliveryId": delivery } = client.webhooks[":id"].deliveries;
      await ask(delivery.redeliver.$post({ param: { id: param("id"), deliveryId: entered(fields, "of") } }));
      return { say: "done" };
    },
  },
});

export const webhookRoutes = [...list, ...one];
