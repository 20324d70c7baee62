import { ask } from "#console/frame/client.ts";
import { entered, Field, Form } from "#console/frame/forms.tsx";
import { Pager, State, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import { Desk, filtersOf, OPERATORS } from "./frame.tsx";

const IMPACTS = ["minor", "major", "critical"] as const;
const STATES = ["investigating", "identified", "monitoring", "resolved"] as const;
const stateOf = (fields: URLSearchParams): (typeof STATES)[number] =>
  entered(fields, "state") as (typeof STATES)[number];

/** What customers are told on the status page while something is wrong. */
export const incidentRoutes = definePage({
  path: "/admin/incidents",
  section: "admin",
  roles: OPERATORS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async (visit) => await ask(visit.client.admin.incidents.$get({ query: filtersOf(visit, []) })),
  title: ({ operators }) => operators.sections.incidents,
  view: (visit, { data, nextCursor }) => {
    const { safety: words, operators } = visit.words;
    const mayWrite = visit.user.role === "admin";
    const states = STATES.map((state) => [state, state] as const);
    return (
      <Desk visit={visit} place="incidents">
        <p>
          <a href="/status">{words.statusPage}</a>
        </p>
        {data.length === 0 ? <p class="empty">{operators.nothing}</p> : null}
        {data.map(({ id, title, impact, state, updates, resolvedAt }) => (
          <article class="card">
            <h2>
              {title} <State of={state} /> <small>{impact}</small>
            </h2>
            <ul class="plain">
              {updates.map((update) => (
                <li>
                  <When visit={visit} at={update.at} /> {update.state}: {update.message}
                </li>
              ))}
            </ul>
            {mayWrite && resolvedAt === null ? (
              <Form visit={visit} action="update" of={id} class="row">
                <Field visit={visit} of={id} name="state" label={words.state} options={states} value={state} />
                <Field visit={visit} of={id} name="message" label={words.message} />
                <button type="submit">{words.tell}</button>
              </Form>
            ) : null}
          </article>
        ))}
        <Pager visit={visit} next={nextCursor} />
        {mayWrite ? (
          <>
            <h2>{words.newIncident}</h2>
            <Form visit={visit} action="open" of="new">
              <Field visit={visit} of="new" name="title" label={words.title} />
              <Field
                visit={visit}
                of="new"
                name="impact"
                label={words.impact}
                options={IMPACTS.map((impact) => [impact, impact])}
              />
              <Field visit={visit} of="new" name="message" label={words.message} rows={3} />
              <button type="submit">{words.tell}</button>
            </Form>
          </>
        ) : null}
      </Desk>
    );
  },
  actions: {
    open: async ({ client }, fields) => {
      const json = {
        title: entered(fields, "title"),
        impact: entered(fields, "impact") as (typeof IMPACTS)[number],
        message: entered(fields, "message"),
      };
      await ask(client.admin.incidents.$post({ json }));
      return { say: "done" };
    },
    update: async ({ client }, fields) => {
      const json = { state: stateOf(fields), message: entered(fields, "message") };
      await ask(client.admin.incidents[":id"].updates.$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "done" };
    },
  },
});
