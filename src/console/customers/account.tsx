import { ask } from "#console/frame/client.ts";
import { Field, Form } from "#console/frame/forms.tsx";
import { Pager, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";

/** Notifications and support: what we tell somebody, and what they ask us. */

const notifications = definePage({
  path: "/app/notifications",
  section: "notifications",
  title: (words) => words.notifications.title,
  said: (words) => ({ read: words.notifications.allRead }),
  load: async ({ client, query }) => {
    const cursor = query.get("cursor");
    return await ask(client.notifications.$get({ query: cursor === null ? {} : { cursor } }));
  },
  view: (visit, { data, nextCursor, unreadCount }) => {
    const { notifications: words } = visit.words;
    return (
      <>
        <h1>{words.title}</h1>
        <p class="lead">{words.text}</p>
        {unreadCount === 0 ? (
          <p class="quiet">{words.none}</p>
        ) : (
          <Form visit={visit} action="readAll">
            <button class="second" type="submit">
              {words.readAll}
            </button>
          </Form>
        )}
        <ul class="plain">
          {data.map(({ title, body, link, readAt, createdAt }) => (
            <li>
              {readAt === null ? <strong>{title}</strong> : title}{" "}
              <small>
                <When visit={visit} at={createdAt} />
              </small>
              <br />
              {body} {link?.startsWith("/") === true ? <a href={link}>{words.open}</a> : null}
            </li>
          ))}
        </ul>
        <Pager visit={visit} next={nextCursor} />
      </>
    );
  },
  actions: {
    readAll: async ({ client }) => {
      await ask(client.notifications["read-all"].$post());
      return { say: "read" };
    },
  },
});

const support = definePage({
  path: "/app/support",
  section: "support",
  title: (words) => words.support.title,
  said: (words) => ({ sent: words.support.sent }),
  load: async ({ client }) => {
    const [articles, tickets] = await Promise.all([
      ask(client.help.articles.$get()),
      ask(client.support.tickets.$get({ query: {} })),
    ]);
    return { articles: articles.data, tickets: tickets.data };
  },
  view: (visit, { articles, tickets }) => {
    const { support: words } = visit.words;
    return (
      <>
        <h1>{words.title}</h1>
        <p class="lead">{words.text}</p>
        <h2>{words.articles}</h2>
        <ul class="plain">
          {articles.map(({ slug, title, summary }) => (
            <li>
              <a href={`/help/${slug}`}>{title}</a> <small>{summary}</small>
            </li>
          ))}
        </ul>
        <h2>{words.tickets}</h2>
        <Table
          caption={words.tickets}
          empty={words.noTickets}
          rows={tickets}
          columns={[
            { head: words.subject, cell: ({ id, subject }) => <a href={`/app/support/${id}`}>{subject}</a> },
            { head: "", cell: ({ status }) => <State of={status} /> },
            { head: words.respondBy, cell: (row) => <When visit={visit} at={row.respondBy} /> },
          ]}
        />
        <Form visit={visit} action="write">
          <Field visit={visit} name="subject" label={words.subject} />
          <Field visit={visit} name="body" label={words.body} rows={6} />
          <button type="submit">{words.send}</button>
        </Form>
      </>
    );
  },
  actions: {
    write: async ({ client }, fields) => {
      const json = { subject: fields.get("subject") ?? "", body: fields.get("body") ?? "" };
      const { id } = await ask(client.support.tickets.$post({ json }));
      return { to: `/app/support/${id}`, say: "sent" };
    },
  },
});

const ticket = definePage({
  path: "/app/support/:id",
  section: "support",
  said: (words) => ({ sent: words.support.sent }),
  load: async ({ client, param }) => await ask(client.support.tickets[":id"].$get({ param: { id: param("id") } })),
  title: (_, { subject }) => subject,
  view: (visit, { subject, status, messages }) => {
    const { support: words } = visit.words;
    return (
      <>
        <h1>{subject}</h1>
        <p>
          <State of={status} />
        </p>
        <ul class="plain">
          {messages.map(({ author, body, at }) => (
            <li>
              <strong>{words.from[author]}</strong>{" "}
              <small>
                <When visit={visit} at={at} />
              </small>
              {body.split("\n").map((line) => (
                <div>{line}</div>
              ))}
            </li>
          ))}
        </ul>
        <Form visit={visit} action="answer">
          <Field visit={visit} name="body" label={words.answer} rows={5} />
          <button type="submit">{words.send}</button>
        </Form>
      </>
    );
  },
  actions: {
    answer: async ({ client, param }, fields) => {
      const json = { body: fields.get("body") ?? "" };
      await ask(client.support.tickets[":id"].messages.$post({ param: { id: param("id") }, json }));
      return { say: "sent" };
    },
  },
});

export const accountRoutes = [...notifications, ...support, ...ticket];
