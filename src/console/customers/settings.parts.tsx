import { ButtonForm, Field, Form } from "#console/frame/forms.tsx";
import { Table, When } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";

export function Factor({ visit }: { visit: Visit }) {
  const { settings: words } = visit.words;
  return (
    <>
      <h2>{words.factor}</h2>
      <p>{visit.user.mfaEnabled ? words.factorOn : words.factorOff}</p>
      {visit.user.mfaEnabled ? (
        <Form visit={visit} action="turnOff" class="row">
          <Field visit={visit} name="code" label={words.code} autocomplete="one-time-code" inputmode="numeric" />
          <button class="danger" type="submit">
            {words.turnOff}
          </button>
        </Form>
      ) : (
        <Form visit={visit} action="enrol">
          <button type="submit">{words.setUp}</button>
        </Form>
      )}
    </>
  );
}

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly lastUsedAt: string | null;
}

export function ApiKeys({ visit, rows }: { visit: Visit; rows: readonly KeyRow[] }) {
  const { settings: words } = visit.words;
  return (
    <>
      <h2>{words.keys}</h2>
      <Table
        caption={words.keys}
        empty={visit.words.frame.nothing}
        rows={rows}
        columns={[
          { head: words.keyName, cell: ({ name }) => name },
          { head: words.keys, cell: ({ prefix }) => <code>{prefix}</code> },
          { head: words.scopes, cell: ({ scopes }) => scopes.join(" ") },
          {
            head: words.lastUsed,
            cell: ({ lastUsedAt }) => (lastUsedAt === null ? words.never : <When visit={visit} at={lastUsedAt} />),
          },
          {
            head: "",
            cell: ({ id }) => <ButtonForm visit={visit} action="deleteKey" of={id} label={words.delete} danger />,
          },
        ]}
      />
      <Form visit={visit} action="createKey" class="row">
        <Field visit={visit} name="name" label={words.keyName} autocomplete="off" />
        <Field visit={visit} name="scopes" label={words.scopes} value="scanner:read market:read" autocomplete="off" />
        <button type="submit">{words.createKey}</button>
      </Form>
      <p>
        <a href="/app/webhooks">{words.webhooks}</a>
      </p>
    </>
  );
}

export function Privacy({ visit }: { visit: Visit }) {
  const { settings: words, frame } = visit.words;
  return (
    <>
      <h2>{words.privacy}</h2>
      <ButtonForm visit={visit} action="export" label={words.export} />
      <h3>{words.leave}</h3>
      <p>{words.leaveText}</p>
      <Form visit={visit} action="leave" class="row">
        <Field
          visit={visit}
          name="proof"
          label={visit.user.mfaEnabled ? frame.stepUp.code : frame.stepUp.password}
          type="password"
          autocomplete="off"
        />
        <button class="danger" type="submit">
          {words.leave}
        </button>
      </Form>
    </>
  );
}
