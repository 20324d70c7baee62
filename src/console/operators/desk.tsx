import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Pager, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import { ADMINS, Desk, OPERATORS } from "./frame.tsx";

/** What operators do all day: answer tickets, run failed jobs again, look into the log, close and open. */

const tickets = definePage({
  path: "/admin/tickets",
  section: "admin",
  roles: OPERATORS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async ({ client, query }) => {
    const cursor = query.get("cursor");
    return await ask(client.admin.tickets.$get({ query: cursor === null ? {} : { cursor } }));
  },
  title: ({ operators }) => operators.tickets,
  view: (visit, { data, nextCursor }) => {
    const { operators: words } = visit.words;
    return (
      <Desk visit={visit} place="tickets">
        {data.length === 0 ? <p class="empty">{words.nothing}</p> : null}
        {data.map(({ id, subject, status, respondBy, messages }) => (
          <article class="card">
            <h2>
              {subject} <State of={status} />
            </h2>
            <p class="quiet">
              {words.respondBy} <When visit={visit} at={respondBy} />
            </p>
            {messages.map(({ author, body }) => (
              <p>
                <strong>{author}</strong>: {body}
              </p>
            ))}
            <Form visit={visit} action="answer" of={id}>
              <label for={`body-${id}`}>{words.answer}</label>
              <textarea id={`body-${id}`} name="body" rows={3} required />
              <button type="submit">{words.answer}</button>
            </Form>
          </article>
        ))}
        <Pager visit={visit} next={nextCursor} />
      </Desk>
    );
  },
  actions: {
    answer: async ({ client }, fields) => {
      const param = { id: entered(fields, "of") };
      await ask(client.admin.tickets[":id"].messages.$post({ param, json: { body: fields.get("body") ?? "" } }));
      return { say: "done" };
    },
  },
});

const jobs = definePage({
  path: "/admin/jobs",
  section: "admin",
  roles: ADMINS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async ({ client }) => await ask(client.admin.jobs.$get({ query: {} })),
  title: ({ operators }) => operators.failed,
  view: (visit, { data }) => {
    const { operators: words } = visit.words;
    return (
      <Desk visit={visit} place="jobs">
        <Table
          caption={words.failed}
          empty={words.nothing}
          rows={data}
          columns={[
            { head: words.handler, cell: ({ handler, eventType }) => `${handler} ${eventType ?? ""}` },
            { head: words.attempts, number: true, cell: ({ attempts }) => attempts },
            { head: words.lastError, cell: ({ lastError }) => lastError ?? "–" },
            { head: words.at, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
            { head: "", cell: ({ id }) => <ButtonForm visit={visit} action="retry" of={id} label={words.retry} /> },
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
  },
});

const FILTERS = ["actor", "action", "target"] as const;

const audit = definePage({
  path: "/admin/audit",
  section: "admin",
  roles: OPERATORS,
  load: async ({ client, query }) => {
    const given = [...FILTERS, "cursor"].flatMap((name) => {
      const value = query.get(name) ?? "";
      return value === "" ? [] : [[name, value] as const];
    });
    return await ask(client.admin.audit.$get({ query: Object.fromEntries(given) }));
  },
  title: ({ operators }) => operators.audit,
  view: (visit, { data, nextCursor }) => {
    const { operators: words } = visit.words;
    return (
      <Desk visit={visit} place="audit">
        <form method="get" class="row">
          {FILTERS.map((name) => (
            <div>
              <label for={name}>{words[name]}</label>
              <input id={name} name={name} value={visit.query.get(name) ?? ""} />
            </div>
          ))}
          <button type="submit">{words.filter}</button>
        </form>
        <Table
          caption={words.audit}
          empty={words.nothing}
          rows={data}
          columns={[
            { head: words.at, cell: ({ at }) => <When visit={visit} at={at} /> },
            { head: words.actor, cell: ({ actor }) => <code>{actor}</code> },
            { head: words.action, cell: ({ action }) => action },
            { head: words.target, cell: ({ target }) => <code>{target}</code> },
            { head: words.reason, cell: ({ reason }) => reason ?? "" },
          ]}
        />
        <Pager visit={visit} next={nextCursor} />
      </Desk>
    );
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

export const deskRoutes = [...tickets, ...jobs, ...audit, ...settings];
