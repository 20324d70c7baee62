import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Pager, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, filtersOf, OPERATORS } from "./frame.tsx";

/** A message to everybody: looked at first, sent, and followed until it has arrived. */
export const broadcastRoutes = definePage({
  path: "/admin/broadcasts",
  section: "admin",
  roles: OPERATORS,
  said: ({ operators, content }) => ({ done: operators.done, sending: content.sending }),
  load: async (visit) => await ask(visit.client.admin.broadcasts.$get({ query: filtersOf(visit, []) })),
  title: ({ operators }) => operators.sections.broadcasts,
  view: (visit, { data, nextCursor }) => {
    const { content: words } = visit.words;
    return (
      <Desk visit={visit} place="broadcasts">
        <Sent visit={visit} rows={data} />
        <Pager visit={visit} next={nextCursor} />
        {visit.user.role === "admin" ? (
          <>
            <h2>{words.newBroadcast}</h2>
            <Form visit={visit} action="preview">
              <Field visit={visit} name="subject" label={words.subject} />
              <Field visit={visit} name="body" label={words.body} rows={6} />
              <Field visit={visit} name="path" label={words.path} required={false} />
              <button type="submit">{words.preview}</button>
            </Form>
          </>
        ) : null}
      </Desk>
    );
  },
  actions: {
    preview: async (visit, fields) => {
      const message = messageOf(fields);
      const preview = await ask(visit.client.admin.broadcasts.preview.$post({ json: message }));
      return { show: <Preview visit={visit} message={message} preview={preview} /> };
    },
    send: async ({ client }, fields) => {
      await ask(client.admin.broadcasts.$post({ json: messageOf(fields) }));
      return { say: "sending" };
    },
    stop: async ({ client }, fields) => {
      await ask(client.admin.broadcasts[":id"].stop.$post({ param: { id: entered(fields, "of") } }));
      return { say: "done" };
    },
  },
});

interface Message {
  readonly subject: string;
  readonly body: string;
  readonly path: string | null;
}

function messageOf(fields: URLSearchParams): Message {
  const path = entered(fields, "path");
  return { subject: entered(fields, "subject"), body: entered(fields, "body"), path: path === "" ? null : path };
}

interface PreviewProps {
  readonly visit: Visit;
  readonly message: Message;
  readonly preview: { readonly recipients: number; readonly subject: string; readonly text: string };
}

/** The mail as text: what a mail's own markup would do has no place in a page of ours. */
function Preview({ visit, message, preview }: PreviewProps) {
  const { content: words, operators } = visit.words;
  return (
    <>
      <h1>{words.previewTitle}</h1>
      <p class="lead">{words.reaches(preview.recipients)}</p>
      <article class="card">
        <h2>{preview.subject}</h2>
        <pre>{preview.text}</pre>
      </article>
      <Form visit={visit} action="send">
        <input type="hidden" name="subject" value={message.subject} />
        <input type="hidden" name="body" value={message.body} />
        <input type="hidden" name="path" value={message.path ?? ""} />
        <button type="submit" class="danger">
          {words.send}
        </button>
      </Form>
      <p>
        <a href="/admin/broadcasts">{operators.sections.broadcasts}</a>
      </p>
    </>
  );
}

interface Broadcast {
  readonly id: string;
  readonly subject: string;
  readonly state: string;
  readonly recipients: number;
  readonly sent: number;
  readonly dropped: number;
  readonly createdAt: string;
}

function Sent({ visit, rows }: { visit: Visit; rows: readonly Broadcast[] }) {
  const { content: words, operators } = visit.words;
  return (
    <Table
      caption={operators.sections.broadcasts}
      empty={operators.nothing}
      rows={rows}
      columns={[
        { head: words.written, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
        { head: words.subject, cell: ({ subject }) => subject },
        { head: words.state, cell: ({ state }) => <State of={state} /> },
        {
          head: words.progress,
          cell: ({ subject, sent, dropped, recipients }) => (
            <>
              <progress max={Math.max(1, recipients)} value={sent + dropped} aria-label={subject} />
              <small>{words.sent(sent, recipients, dropped)}</small>
            </>
          ),
        },
        {
          head: "",
          cell: ({ id, state }) =>
            state === "running" ? <ButtonForm visit={visit} action="stop" of={id} label={words.stop} danger /> : null,
        },
      ]}
    />
  );
}
