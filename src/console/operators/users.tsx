import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Pager, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import { ADMINS, Desk, OPERATORS } from "./frame.tsx";

const users = definePage({
  path: "/admin/users",
  section: "admin",
  roles: OPERATORS,
  load: async ({ client, query }) => {
    const given = ["query", "cursor"].flatMap((name) => {
      const value = query.get(name) ?? "";
      return value === "" ? [] : [[name, value] as const];
    });
    return await ask(client.admin.users.$get({ query: Object.fromEntries(given) }));
  },
  title: ({ operators }) => operators.sections.users,
  view: (visit, { data, nextCursor }) => {
    const { operators: words } = visit.words;
    return (
      <Desk visit={visit} place="users">
        <form method="get" class="row">
          <div>
            <label for="query">{words.search}</label>
            <input id="query" name="query" value={visit.query.get("query") ?? ""} />
          </div>
          <button type="submit">{words.find}</button>
        </form>
        <Table
          caption={words.sections.users}
          empty={words.nothing}
          rows={data}
          columns={[
            {
              head: words.email,
              cell: ({ id, email, phone }) => <a href={`/admin/users/${id}`}>{email ?? phone ?? id}</a>,
            },
            { head: words.name, cell: ({ name }) => name ?? "–" },
            { head: words.role, cell: ({ role }) => role },
            { head: words.plan, cell: ({ plan }) => plan },
            { head: words.state, cell: ({ status }) => <State of={status} /> },
            { head: words.since, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
          ]}
        />
        <Pager visit={visit} next={nextCursor} />
      </Desk>
    );
  },
});

const ROLES = [
  ["user", "user"],
  ["support", "support"],
  ["admin", "admin"],
] as const;

const user = definePage({
  path: "/admin/users/:id",
  section: "admin",
  roles: ADMINS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async ({ client, param }) => await ask(client.admin.users[":id"].$get({ param: { id: param("id") } })),
  title: (_, { email, id }) => email ?? id,
  view: (visit, { id, email, phone, name, role, plan, status, statusReason, createdAt }) => {
    const { operators: words, people } = visit.words;
    return (
      <Desk visit={visit} place="users">
        <h2>
          {name ?? email ?? id} <State of={status} />
        </h2>
        <ul class="plain">
          <li>
            <code>{id}</code> {email} {phone}
          </li>
          <li>
            {words.plan}: {plan}. {words.since} <When visit={visit} at={createdAt} />
          </li>
          {statusReason === null ? null : <li>{statusReason}</li>}
        </ul>
        <p>
          <a href={`/admin/users/${id}/verification`}>{people.verification}</a>
        </p>
        <Form visit={visit} action={status === "suspended" ? "activate" : "suspend"} class="row">
          <Field visit={visit} name="reason" label={words.reason} />
          <button type="submit" class={status === "suspended" ? "" : "danger"}>
            {status === "suspended" ? words.activate : words.suspend}
          </button>
        </Form>
        <Form visit={visit} action="role" class="row">
          <Field visit={visit} name="role" label={words.role} options={ROLES} value={role} />
          <Field visit={visit} name="roleReason" label={words.reason} />
          <button type="submit">{words.setRole}</button>
        </Form>
        <p>
          <ButtonForm visit={visit} action="unlock" label={words.unlock} />{" "}
          <ButtonForm visit={visit} action="forceLogout" label={words.forceLogout} danger />
        </p>
      </Desk>
    );
  },
  actions: {
    suspend: async ({ client, param }, fields) => {
      const { suspend } = client.admin.users[":id"];
      await ask(suspend.$post({ param: { id: param("id") }, json: { reason: entered(fields, "reason") } }));
      return { say: "done" };
    },
    activate: async ({ client, param }, fields) => {
      const { activate } = client.admin.users[":id"];
      await ask(activate.$post({ param: { id: param("id") }, json: { reason: entered(fields, "reason") } }));
      return { say: "done" };
    },
    role: async ({ client, param }, fields) => {
      const json = {
        role: entered(fields, "role") as (typeof ROLES)[number][0],
        reason: entered(fields, "roleReason"),
      };
      await ask(client.admin.users[":id"].role.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    unlock: async ({ client, param }) => {
      await ask(client.admin.users[":id"].unlock.$post({ param: { id: param("id") }, json: {} }));
      return { say: "done" };
    },
    forceLogout: async ({ client, param }) => {
      await ask(client.admin.users[":id"]["force-logout"].$post({ param: { id: param("id") }, json: {} }));
      return { say: "done" };
    },
  },
});

export const userRoutes = [...users, ...user];
