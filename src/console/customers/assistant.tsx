import type { Child } from "hono/jsx";
import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Markdown } from "#console/frame/markdown.tsx";
import { Pager, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { askInPlace, decideInPlace, proposalsInPlace } from "./assistant.ask.ts";
import { Proposals } from "./assistant.proposals.tsx";

/** The assistant: conversations, what was said in each, and what is used of the allowance. */

const conversations = definePage({
  path: "/app/assistant",
  section: "assistant",
  island: "chat",
  said: ({ assistant }) => ({ deleted: assistant.deleted }),
  load: async ({ client, query }) => {
    const cursor = query.get("cursor");
    const [list, usage] = await Promise.all([
      ask(client.assistant.conversations.$get({ query: { limit: "20", ...(cursor === null ? {} : { cursor }) } })),
      ask(client.assistant.usage.$get()),
    ]);
    return { list, usage };
  },
  title: ({ assistant }) => assistant.title,
  view: (visit, { list, usage }) => {
    const { assistant } = visit.words;
    return (
      <>
        <h1>{assistant.title}</h1>
        <p class="lead">{assistant.text}</p>
        <Ask visit={visit} />
        <Allowance visit={visit} usage={usage} />
        <h2>{assistant.conversations}</h2>
        <Table
          caption={assistant.conversations}
          empty={assistant.none}
          rows={list.data}
          columns={[
            {
              head: assistant.subject,
              cell: ({ id, title }) => <a href={`/app/assistant/${id}`}>{title === "" ? assistant.untitled : title}</a>,
            },
            { head: assistant.messages, number: true, cell: ({ messageCount }) => messageCount },
            { head: assistant.last, cell: ({ updatedAt }) => <When visit={visit} at={updatedAt} /> },
          ]}
        />
        <Pager visit={visit} next={list.nextCursor} />
      </>
    );
  },
  actions: {
    ask: async (visit, fields) => {
      const { id } = await ask(visit.client.assistant.conversations.$post({ json: {} }));
      return { to: addressOf(id, await askInPlace(visit, questionOf(id, fields))) };
    },
  },
});

const conversation = definePage({
  path: "/app/assistant/:id",
  section: "assistant",
  island: "chat",
  said: ({ assistant }) => ({ named: assistant.named, ...assistant.live.proposals }),
  load: async (visit) => {
    const { client, param, query } = visit;
    const one = { id: param("id") };
    const cursor = query.get("cursor");
    const [about, messages, usage] = await Promise.all([
      ask(client.assistant.conversations[":id"].$get({ param: one })),
      ask(
        client.assistant.conversations[":id"].messages.$get({
          param: one,
          query: { limit: "50", ...(cursor === null ? {} : { cursor }) },
        }),
      ),
      ask(client.assistant.usage.$get()),
    ]);
    const proposals = query.has(PROPOSALS) ? await proposalsInPlace(visit, about.id) : null;
    return { about, messages, usage, newest: cursor === null, proposals };
  },
  title: ({ assistant }, { about }) => (about.title === "" ? assistant.untitled : about.title),
  view: (visit, { about, messages, usage, newest, proposals }) => {
    const { assistant } = visit.words;
    const said = messages.data.toReversed();
    const live = newest ? { "data-conversation": about.id, "data-words": JSON.stringify(assistant.live) } : {};
    return (
      <>
        <h1>{about.title === "" ? assistant.untitled : about.title}</h1>
        <Pager visit={visit} next={messages.nextCursor} />
        <div {...live}>
          <ol class="chat">
            {said.map(({ role, content }) => (
              <Said role={role}>{role === "user" ? content : <Markdown text={content} />}</Said>
            ))}
          </ol>
          {said.at(-1)?.role === "user" ? (
            <p class="notice">
              {assistant.underWay} <a href={`/app/assistant/${about.id}`}>{assistant.reload}</a>
            </p>
          ) : null}
          {proposals === null ? null : <Proposals visit={visit} proposals={proposals} />}
        </div>
        {proposals === null && said.length > 0 ? (
          <noscript>
            <p>
              <a href={addressOf(about.id, true)}>{assistant.waiting}</a>
            </p>
          </noscript>
        ) : null}
        <Ask visit={visit} />
        <Allowance visit={visit} usage={usage} />
        <details>
          <summary>{assistant.manage}</summary>
          <Form visit={visit} action="name" class="row">
            <Field visit={visit} name="title" label={assistant.rename} value={about.title} />
            <button type="submit">{assistant.save}</button>
          </Form>
          <ButtonForm visit={visit} action="delete" label={assistant.delete} danger />
        </details>
        <p>
          <a href="/app/assistant">{assistant.conversations}</a>
        </p>
      </>
    );
  },
  actions: {
    ask: async (visit, fields) => {
      const id = visit.param("id");
      return { to: addressOf(id, await askInPlace(visit, questionOf(id, fields))) };
    },
    confirm: async (visit, fields) => await decide(visit, fields, true),
    reject: async (visit, fields) => await decide(visit, fields, false),
    name: async ({ client, param }, fields) => {
      const json = { title: entered(fields, "title") };
      await ask(client.assistant.conversations[":id"].$patch({ param: { id: param("id") }, json }));
      return { say: "named" };
    },
    delete: async ({ client, param }) => {
      await ask(client.assistant.conversations[":id"].$delete({ param: { id: param("id") } }));
      return { to: "/app/assistant", say: "deleted" };
    },
  },
});

/** Asks the page to show what waits for the person's word. */
const PROPOSALS = "proposals";

function addressOf(id: string, proposed: boolean): string {
  return `/app/assistant/${id}${proposed ? `?${PROPOSALS}` : ""}`;
}

async function decide(visit: Visit, fields: URLSearchParams, accept: boolean) {
  const conversationId = visit.param("id");
  const state = await decideInPlace(visit, { conversationId, proposalId: entered(fields, "of"), accept });
  return { to: addressOf(conversationId, state === "open"), say: state };
}

function questionOf(conversationId: string, fields: URLSearchParams) {
  const id = fields.get("key") ?? crypto.randomUUID();
  return { conversationId, id, content: entered(fields, "question"), wait: fields.get("live") !== "yes" };
}

function Said({ role, children }: { role: "user" | "assistant"; children?: Child }) {
  return <li class={role === "user" ? "asked" : "answered"}>{children}</li>;
}

function Ask({ visit }: { visit: Visit }) {
  const { assistant } = visit.words;
  return (
    <Form visit={visit} action="ask" class="ask">
      <Field visit={visit} name="question" label={assistant.question} rows={3} />
      <button type="submit">{assistant.ask}</button>
    </Form>
  );
}

interface Usage {
  readonly month: { readonly tokensUsed: number; readonly tokensAllowed: number; readonly resetsAt: string };
}

function Allowance({ visit, usage: { month } }: { visit: Visit; usage: Usage }) {
  const { assistant } = visit.words;
  const format = new Intl.NumberFormat(visit.locale);
  return (
    <section class="card">
      <label for="usage">
        {assistant.usage}{" "}
        <span id="usage-figure">
          {format.format(month.tokensUsed)} / {format.format(month.tokensAllowed)}
        </span>
      </label>
      <meter id="usage" min={0} max={month.tokensAllowed} value={month.tokensUsed} />
      <small>
        {assistant.resets} <When visit={visit} at={month.resetsAt} />
      </small>
    </section>
  );
}

export const assistantRoutes = [...conversations, ...conversation];
