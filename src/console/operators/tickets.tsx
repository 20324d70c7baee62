import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Pager, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, Filters, filtersOf, OPERATORS, statesOf } from "./frame.tsx";

const STATES = ["open", "answered", "closed"] as const;

interface Ticket {
  readonly id: string;
  readonly userId: string;
  readonly subject: string;
  readonly status: string;
  readonly priority: string;
  readonly assignedTo: string | null;
  readonly respondBy: string;
  readonly messages: readonly { readonly author: string; readonly body: string }[];
}

interface Answer {
  readonly name: string;
  readonly body: string;
}

/** What customers have asked, and the answer to it. */
const queue = definePage({
  path: "/admin/tickets",
  section: "admin",
  roles: OPERATORS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async (visit) => {
    const { admin } = visit.client;
    const { status, ...rest } = filtersOf(visit, ["status", "assignedTo"]);
    const query = { ...rest, ...(status === undefined ? {} : { status: status as (typeof STATES)[number] }) };
    const [page, answers] = await Promise.all([
      ask(admin.tickets.$get({ query })),
      ask(admin["canned-answers"].$get()),
    ]);
    return { page, answers: answers.data };
  },
  title: ({ operators }) => operators.sections.tickets,
  view: (visit, { page, answers }) => {
    const { operators: words, people } = visit.words;
    const whose = [
      ["", words.all],
      [visit.user.id, people.mine],
    ] as const;
    return (
      <Desk visit={visit} place="tickets">
        <Filters
          visit={visit}
          filters={[
            { name: "status", label: words.state, options: statesOf(visit, STATES) },
            { name: "assignedTo", label: people.assignedTo, options: whose },
          ]}
        />
        {page.data.length === 0 ? <p class="empty">{words.nothing}</p> : null}
        {page.data.map((ticket) => (
          <TicketCard visit={visit} ticket={ticket} answers={answers} />
        ))}
        <Pager visit={visit} next={page.nextCursor} />
        <p>
          <a href="/admin/answers">{people.answers}</a>
        </p>
      </Desk>
    );
  },
  actions: {
    answer: async ({ client }, fields) => {
      const param = { id: entered(fields, "of") };
      await ask(client.admin.tickets[":id"].messages.$post({ param, json: { body: fields.get("body") ?? "" } }));
      return { say: "done" };
    },
    close: async ({ client }, fields) => {
      await ask(client.admin.tickets[":id"].close.$post({ param: { id: entered(fields, "of") } }));
      return { say: "done" };
    },
    take: async ({ client }, fields) => {
      await ask(client.admin.tickets[":id"].assign.$post({ param: { id: entered(fields, "of") }, json: {} }));
      return { say: "done" };
    },
  },
});

interface CardProps {
  readonly visit: Visit;
  readonly ticket: Ticket;
  readonly answers: readonly Answer[];
}

function TicketCard({ visit, ticket, answers }: CardProps) {
  const { operators: words, people } = visit.words;
  const { id, userId, subject, status, priority, assignedTo, respondBy, messages } = ticket;
  return (
    <article class="card" id={id}>
      <h2>
        {subject} <State of={status} /> <State of={priority} />
      </h2>
      <p class="quiet">
        {words.respondBy} <When visit={visit} at={respondBy} />.{" "}
        <a href={`/admin/users/${userId}`}>{people.customer}</a>{" "}
        {assignedTo === null ? people.nobody : assignedTo === visit.user.id ? people.mine : <code>{assignedTo}</code>}
      </p>
      {messages.map(({ author, body }) => (
        <p>
          <strong>{author}</strong>: {body}
        </p>
      ))}
      <Begin visit={visit} id={id} answers={answers} />
      <Form visit={visit} action="answer" of={id}>
        <Field visit={visit} of={id} name="body" label={words.answer} rows={3} value={begunWith(visit, id, answers)} />
        <button type="submit">{words.answer}</button>
      </Form>
      <p>
        {assignedTo === visit.user.id ? null : <ButtonForm visit={visit} action="take" of={id} label={people.take} />}{" "}
        {status === "closed" ? null : <ButtonForm visit={visit} action="close" of={id} label={words.closeTicket} />}{" "}
        <a href={`/admin/tickets/${id}/notes`}>{people.notes}</a>
      </p>
    </article>
  );
}

/** A ready answer to begin with, chosen in the address, so that it needs no script. */
function Begin({ visit, id, answers }: { visit: Visit; id: string; answers: readonly Answer[] }) {
  const { people } = visit.words;
  if (answers.length === 0) return null;
  const kept = [...visit.query].filter(([name]) => !["with", "ticket", "done"].includes(name));
  return (
    <form method="get" action={`#${id}`} class="row">
      {kept.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <input type="hidden" name="ticket" value={id} />
      <div>
        <label for={`with-${id}`}>{people.beginWith}</label>
        <select id={`with-${id}`} name="with">
          {answers.map(({ name }) => (
            <option value={name} selected={visit.query.get("ticket") === id && visit.query.get("with") === name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="second">
        {people.fillIn}
      </button>
    </form>
  );
}

function begunWith({ query }: Visit, id: string, answers: readonly Answer[]): string {
  if (query.get("ticket") !== id) return "";
  return answers.find(({ name }) => name === query.get("with"))?.body ?? "";
}

/** What operators have written down of a ticket, and the customer does not see. */
const ticketNotes = definePage({
  path: "/admin/tickets/:id/notes",
  section: "admin",
  roles: OPERATORS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async ({ client, param }) =>
    (await ask(client.admin.tickets[":id"].notes.$get({ param: { id: param("id") } }))).data,
  title: ({ people }) => people.notes,
  view: (visit, rows) => {
    const { operators: words, people } = visit.words;
    return (
      <Desk visit={visit} place="tickets" title={people.notes}>
        {rows.length === 0 ? <p class="empty">{people.noNotes}</p> : null}
        <ul class="plain">
          {rows.map(({ authorId, body, at }) => (
            <li>
              <When visit={visit} at={at} /> <code>{authorId}</code> {body}
            </li>
          ))}
        </ul>
        <Form visit={visit} action="note">
          <Field visit={visit} name="body" label={people.note} rows={3} />
          <button type="submit">{people.addNote}</button>
        </Form>
        <Form visit={visit} action="assign" class="row">
          <Field visit={visit} name="to" label={people.operatorId} />
          <button type="submit" class="second">
            {people.assign}
          </button>
        </Form>
        <p>
          <a href="/admin/tickets">{words.sections.tickets}</a>
        </p>
      </Desk>
    );
  },
  actions: {
    note: async ({ client, param }, fields) => {
      const json = { body: entered(fields, "body") };
      await ask(client.admin.tickets[":id"].notes.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    assign: async ({ client, param }, fields) => {
      const json = { to: entered(fields, "to") };
      await ask(client.admin.tickets[":id"].assign.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
  },
});

/** Answers that are ready to be sent. */
const readyAnswers = definePage({
  path: "/admin/answers",
  section: "admin",
  roles: OPERATORS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async ({ client }) => (await ask(client.admin["canned-answers"].$get())).data,
  title: ({ people }) => people.answers,
  view: (visit, rows) => {
    const { operators: words, people } = visit.words;
    const known = rows.find(({ name }) => name === visit.query.get("name"));
    return (
      <Desk visit={visit} place="tickets" title={people.answers}>
        <Table
          caption={people.answers}
          empty={people.noAnswers}
          rows={rows}
          columns={[
            {
              head: words.name,
              cell: ({ name }) => <a href={`?${new URLSearchParams({ name }).toString()}`}>{name}</a>,
            },
            { head: words.answer, cell: ({ body }) => body },
            { head: words.at, cell: ({ updatedAt }) => <When visit={visit} at={updatedAt} /> },
            {
              head: "",
              cell: ({ name }) => <ButtonForm visit={visit} action="delete" of={name} label={people.remove} danger />,
            },
          ]}
        />
        <Form visit={visit} action="put">
          <Field visit={visit} name="name" label={people.answerName} value={known?.name ?? ""} />
          <Field visit={visit} name="body" label={words.answer} rows={5} value={known?.body ?? ""} />
          <button type="submit">{people.putAnswer}</button>
        </Form>
      </Desk>
    );
  },
  actions: {
    put: async ({ client }, fields) => {
      const param = { name: entered(fields, "name") };
      await ask(client.admin["canned-answers"][":name"].$put({ param, json: { body: entered(fields, "body") } }));
      return { to: "/admin/answers", say: "done" };
    },
    delete: async ({ client }, fields) => {
      await ask(client.admin["canned-answers"][":name"].$delete({ param: { name: entered(fields, "of") } }));
      return { to: "/admin/answers", say: "done" };
    },
  },
});

export const ticketRoutes = [...queue, ...ticketNotes, ...readyAnswers];
