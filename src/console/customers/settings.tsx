import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { readable, Table, When } from "#console/frame/parts.tsx";
import { QrCode } from "#console/frame/qr.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ApiKeys, Factor, Privacy } from "./settings.parts.tsx";

/** Languages with the regions that our customers write numbers and times by. */
const LOCALES = ["en", "en-GB", "en-IN", "en-US", "hi-IN"];

/** What can be chosen, and what was chosen by other means; each in its own language. */
function localesWith(own: string): (readonly [locale: string, name: string])[] {
  return [...new Set([...LOCALES, own])].map((locale) => {
    const names = new Intl.DisplayNames(locale, { type: "language", languageDisplay: "standard" });
    return [locale, names.of(locale) ?? locale] as const;
  });
}

/** Who somebody is, and how they sign in. */
export const settingsRoutes = definePage({
  path: "/app/settings",
  section: "settings",
  said: ({ settings: words }) => ({
    saved: words.saved,
    changed: words.changed,
    ended: words.ended,
    deleted: words.deleted,
    turnedOff: words.turnedOff,
    leaving: words.leaving,
  }),
  load: async ({ client }) => {
    const [me, sessions, keys, events] = await Promise.all([
      ask(client.me.$get()),
      ask(client.auth.sessions.$get({ query: {} })),
      ask(client["api-keys"].$get({ query: {} })),
      ask(client.me["security-events"].$get({ query: { limit: "10" } })),
    ]);
    return { me, sessions: sessions.data, keys: keys.data, events: events.data };
  },
  title: ({ settings: words }) => words.title,
  view: (visit, { me, sessions, keys, events }) => {
    const { settings: words } = visit.words;
    return (
      <>
        <h1>{words.title}</h1>
        <p class="lead">{words.text}</p>
        <h2>{words.profile}</h2>
        <Form visit={visit} action="profile">
          <Field visit={visit} name="name" label={words.name} value={me.name ?? ""} required={false} />
          <Field visit={visit} name="locale" label={words.locale} value={me.locale} options={localesWith(me.locale)} />
          <Field visit={visit} name="timeZone" label={words.timeZone} value={me.timeZone} />
          <button type="submit">{words.save}</button>
        </Form>
        <h2>{words.password}</h2>
        <Form visit={visit} action="password">
          <Field visit={visit} name="currentPassword" label={words.currentPassword} type="password" required={false} />
          <Field
            visit={visit}
            name="newPassword"
            label={words.newPassword}
            type="password"
            autocomplete="new-password"
          />
          <button type="submit">{words.change}</button>
        </Form>
        <Factor visit={visit} />
        <h2>{words.sessions}</h2>
        <Sessions visit={visit} rows={sessions} />
        <ApiKeys visit={visit} rows={keys} />
        <h2>{words.events}</h2>
        <Table
          caption={words.events}
          empty={visit.words.frame.nothing}
          rows={events}
          columns={[
            { head: words.event, cell: ({ type }) => readable(type) },
            { head: words.country, cell: ({ country }) => country ?? "–" },
            { head: words.lastSeen, cell: ({ at }) => <When visit={visit} at={at} /> },
          ]}
        />
        <Privacy visit={visit} />
      </>
    );
  },
  actions: {
    profile: async ({ client }, fields) => {
      const [name, locale, timeZone] = ["name", "locale", "timeZone"].map((field) => entered(fields, field));
      const json = { name: name === "" ? null : (name ?? null), locale: locale ?? "", timeZone: timeZone ?? "" };
      await ask(client.me.$patch({ json }));
      return { say: "saved" };
    },
    password: async ({ client }, fields) => {
      const [current, next] = [fields.get("currentPassword") ?? "", fields.get("newPassword") ?? ""];
      const json = { newPassword: next, ...(current === "" ? {} : { currentPassword: current }) };
      await ask(client.auth.password.change.$post({ json }));
      return { say: "changed" };
    },
    enrol: async (visit) => {
      const { secret, otpauthUrl } = await ask(visit.client.auth.mfa.totp.$post());
      return { show: <Enrolment visit={visit} secret={secret} link={otpauthUrl} /> };
    },
    confirm: async (visit, fields) => {
      const json = { code: entered(fields, "code") };
      const { recoveryCodes } = await ask(visit.client.auth.mfa.totp.confirm.$post({ json }));
      return { show: <Once text={visit.words.settings.recovery} shown={recoveryCodes.join("\n")} /> };
    },
    turnOff: async ({ client }, fields) => {
      await ask(client.auth.mfa.totp.$delete({ json: { code: entered(fields, "code") } }));
      return { say: "turnedOff" };
    },
    end: async ({ client }, fields) => {
      await ask(client.auth.sessions[":id"].$delete({ param: { id: entered(fields, "of") } }));
      return { say: "ended" };
    },
    createKey: async (visit, fields) => {
      const scopes = entered(fields, "scopes").split(/[\s,]+/);
      const json = { name: entered(fields, "name"), scopes };
      const { key } = await ask(visit.client["api-keys"].$post({ json }));
      return { show: <Once text={visit.words.settings.keyText} shown={key} /> };
    },
    deleteKey: async ({ client }, fields) => {
      await ask(client["api-keys"][":id"].$delete({ param: { id: entered(fields, "of") } }));
      return { say: "deleted" };
    },
    export: async ({ client }) => {
      const { id } = await ask(client.me.export.$post());
      return { to: `/app/exports/${id}` };
    },
    leave: async ({ client, user }, fields) => {
      const proof = fields.get("proof") ?? "";
      await ask(client.me.$delete({ json: user.mfaEnabled ? { code: proof.trim() } : { password: proof } }));
      return { to: "/sign-in", say: "leaving" };
    },
  },
});

interface SessionRow {
  readonly id: string;
  readonly current: boolean;
  readonly device: string | null;
  readonly country: string | null;
  readonly lastSeenAt: string;
}

function Sessions({ visit, rows }: { visit: Visit; rows: readonly SessionRow[] }) {
  const { settings: words } = visit.words;
  return (
    <Table
      caption={words.sessions}
      empty={visit.words.frame.nothing}
      rows={rows}
      columns={[
        { head: words.device, cell: ({ device }) => device ?? "–" },
        { head: words.country, cell: ({ country }) => country ?? "–" },
        { head: words.lastSeen, cell: ({ lastSeenAt }) => <When visit={visit} at={lastSeenAt} /> },
        {
          head: "",
          cell: ({ id, current }) =>
            current ? words.here : <ButtonForm visit={visit} action="end" of={id} label={words.end} danger />,
        },
      ]}
    />
  );
}

/** What is shown this once, to be kept elsewhere. */
function Once({ text, shown }: { text: string; shown: string }) {
  return (
    <>
      <p class="lead">{text}</p>
      <pre>{shown}</pre>
      <p>
        <a href="/app/settings">OK</a>
      </p>
    </>
  );
}

function Enrolment({ visit, secret, link }: { visit: Visit; secret: string; link: string }) {
  const { settings: words } = visit.words;
  return (
    <>
      <h1>{words.factor}</h1>
      <p class="lead">{words.secret}</p>
      <pre>
        <a href={link}>{secret}</a>
      </pre>
      <QrCode text={link} label={words.qr} />
      <Form visit={visit} action="confirm">
        <Field visit={visit} name="code" label={words.code} autocomplete="one-time-code" inputmode="numeric" />
        <button type="submit">{words.confirm}</button>
      </Form>
    </>
  );
}
