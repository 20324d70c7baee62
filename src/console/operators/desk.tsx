import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Pager, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import { ADMINS, Desk, Filters, filtersOf, OPERATORS, statesOf } from "./frame.tsx";

/** What keeps the installation going: run failed jobs again, close and open. */

const EVENT_STATES = ["received", "handled", "ignored"] as const;

/** Jobs that gave up, and what payment gateways told us and nobody could handle. */
const jobs = definePage({
  path: "/admin/jobs",
  section: "admin",
  roles: OPERATORS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async (visit) => {
    const { admin } = visit.client;
    const { state, ...paging } = filtersOf(visit, ["state"]);
    const [letters, events] = await Promise.all([
      ask(admin.jobs.$get({ query: paging })),
      ask(
        admin["gateway-events"].$get({
          query: { limit: "20", ...(state === undefined ? {} : { state: state as (typeof EVENT_STATES)[number] }) },
        }),
      ),
    ]);
    return { letters, events: events.data };
  },
  title: ({ operators }) => operators.failed,
  view: (visit, { letters, events }) => {
    const { operators: words, safety } = visit.words;
    const mayAct = visit.user.role === "admin";
    return (
      <Desk visit={visit} place="jobs">
        <Table
          caption={words.failed}
          empty={words.nothing}
          rows={letters.data}
          columns={[
            { head: words.handler, cell: ({ handler, eventType }) => `${handler} ${eventType ?? ""}` },
            { head: words.attempts, number: true, cell: ({ attempts }) => attempts },
            { head: words.lastError, cell: ({ lastError }) => lastError ?? "–" },
            { head: words.at, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
            {
              head: "",
              cell: ({ id }) =>
                mayAct ? <ButtonForm visit={visit} action="retry" of={id} label={words.retry} /> : null,
            },
          ]}
        />
        <Pager visit={visit} next={letters.nextCursor} />
        <h2>{safety.events}</h2>
        <Filters
          visit={visit}
          filters={[{ name: "state", label: words.state, options: statesOf(visit, EVENT_STATES) }]}
        />
        <Table
          caption={safety.events}
          empty={words.nothing}
          rows={events}
          columns={[
            { head: words.at, cell: ({ receivedAt }) => <When visit={visit} at={receivedAt} /> },
            { head: safety.gateway, cell: ({ provider }) => provider },
            {
              head: safety.type,
              cell: ({ id, type }) => (mayAct ? <a href={`/admin/gateway-events/${id}`}>{type}</a> : type),
            },
            { head: words.state, cell: ({ state, reason }) => `${state} ${reason ?? ""}` },
            {
              head: "",
              cell: ({ id }) =>
                mayAct ? <ButtonForm visit={visit} action="replay" of={id} label={safety.replay} /> : null,
            },
          ]}
        />
      </Desk>
    );
  },
  actions: {
    retry: async ({ client }, fields) => {
      await ask(client.admin.jobs[":id"].retry.$post({ param: { id: entered(fields, "of") } }));
      return { say: "done" };
    },
    replay: async ({ client }, fields) => {
      await ask(client.admin["gateway-events"][":id"].replay.$post({ param: { id: entered(fields, "of") } }));
      return { say: "done" };
    },
  },
});

const settings = definePage({
  path: "/admin/settings",
  section: "admin",
  roles: ADMINS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async ({ client: { admin } }) => {
    const [maintenance, flags] = await Promise.all([ask(admin.maintenance.$get()), ask(admin.flags.$get())]);
    return { maintenance, flags: flags.data };
  },
  title: ({ operators }) => operators.sections.settings,
  view: (visit, { maintenance: { enabled, message }, flags }) => {
    const { operators: words } = visit.words;
    return (
      <Desk visit={visit} place="settings">
        <h2>{words.maintenance}</h2>
        <p class={enabled ? "bad" : "good"}>{enabled ? words.maintenanceOn : words.maintenanceOff}</p>
        <Form visit={visit} action={enabled ? "open" : "close"} class="row">
          <Field visit={visit} name="message" label={words.message} value={message} />
          <button type="submit" class={enabled ? "" : "danger"}>
            {enabled ? words.open : words.close}
          </button>
        </Form>
        <h2>{words.flags}</h2>
        <Table
          caption={words.flags}
          empty={words.nothing}
          rows={flags}
          columns={[
            { head: words.name, cell: ({ name }) => <code>{name}</code> },
            { head: words.description, cell: ({ description }) => description },
            { head: words.percentage, number: true, cell: ({ percentage }) => percentage },
          ]}
        />
        <Form visit={visit} action="flag" class="row">
          <Field visit={visit} name="name" label={words.name} />
          <Field visit={visit} name="description" label={words.description} />
          <Field visit={visit} name="percentage" label={words.percentage} inputmode="numeric" value="0" />
          <button type="submit">{words.set}</button>
        </Form>
      </Desk>
    );
  },
  actions: {
    close: async ({ client }, fields) => {
      await ask(client.admin.maintenance.$put({ json: { enabled: true, message: entered(fields, "message") } }));
      return { say: "done" };
    },
    open: async ({ client }, fields) => {
      await ask(client.admin.maintenance.$put({ json: { enabled: false, message: entered(fields, "message") } }));
      return { say: "done" };
    },
    flag: async ({ client }, fields) => {
      const json = { description: entered(fields, "description"), percentage: Number(entered(fields, "percentage")) };
      await ask(client.admin.flags[":name"].$put({ param: { name: entered(fields, "name") }, json }));
      return { say: "done" };
    },
  },
});

export const deskRoutes = [...jobs, ...settings];
