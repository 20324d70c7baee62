import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Pager, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

const ALERTS = ["none", "new", "left", "any"] as const;
const CHANNELS = ["email", "inApp", "webhook"] as const;

/** One saved scan: when it runs, whom it tells of what, and what its runs have found. */
const scan = definePage({
  path: "/app/scanner/scans/:id",
  section: "scanner",
  said: ({ scans }) => ({ saved: scans.saved, ran: scans.ran }),
  load: async ({ client, param, query }) => {
    const { ":id": one } = client.scanner.scans;
    const cursor = query.get("cursor");
    const given = { id: param("id") };
    const [about, runs, versions] = await Promise.all([
      ask(one.$get({ param: given })),
      ask(one.runs.$get({ param: given, query: cursor === null ? {} : { cursor } })),
      ask(one.versions.$get({ param: given })),
    ]);
    return { about, runs, versions: versions.data };
  },
  title: (_, { about }) => about.name,
  view: (visit, { about, runs, versions }) => {
    const { scans: words } = visit.words;
    return (
      <>
        <h1>{about.name}</h1>
        <p>
          <a href={`/app/scanner?${new URLSearchParams({ expression: about.expression }).toString()}`}>
            <code>{about.expression}</code>
          </a>
        </p>
        <p class="quiet">
          {words.next} <When visit={visit} at={about.nextRunAt} />
        </p>
        <ButtonForm visit={visit} action="run" label={words.runNow} />
        <Alerts visit={visit} scan={about} />
        <h2>{words.history}</h2>
        <Runs visit={visit} rows={runs.data} />
        <Pager visit={visit} next={runs.nextCursor} />
        <h2>{words.versions}</h2>
        <Table
          caption={words.versions}
          empty={words.noRuns}
          rows={versions}
          columns={[
            { head: words.version, number: true, cell: ({ version }) => version },
            { head: words.at, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
            { head: words.expression, cell: ({ expression }) => <code>{expression}</code> },
          ]}
        />
      </>
    );
  },
  actions: {
    run: async ({ client, param }) => {
      await ask(client.scanner.scans[":id"].run.$post({ param: { id: param("id") } }));
      return { say: "ran" };
    },
    save: async ({ client, param }, fields) => {
      const schedule = entered(fields, "schedule");
      const on = ALERTS.find((name) => name === entered(fields, "on")) ?? "none";
      const channels = CHANNELS.filter((name) => fields.getAll("channels").includes(name));
      const json = {
        name: entered(fields, "name"),
        schedule: schedule === "" ? null : schedule,
        alert: on === "none" ? null : { on, channels },
      };
      await ask(client.scanner.scans[":id"].$patch({ param: { id: param("id") }, json }));
      return { say: "saved" };
    },
  },
});

interface Scan {
  readonly name: string;
  readonly schedule: string | null;
  readonly alert: { readonly on: string; readonly channels: readonly string[] } | null;
}

function Alerts({ visit, scan: { name, schedule, alert } }: { visit: Visit; scan: Scan }) {
  const { scans: words } = visit.words;
  return (
    <Form visit={visit} action="save">
      <Field visit={visit} name="name" label={words.name} value={name} />
      <Field
        visit={visit}
        name="schedule"
        label={words.schedule}
        hint={words.scheduleHint}
        value={schedule ?? ""}
        required={false}
      />
      <Field
        visit={visit}
        name="on"
        label={words.alert}
        value={alert?.on ?? "none"}
        options={ALERTS.map((kind) => [kind, words.alerts[kind]])}
      />
      <fieldset>
        <legend>{words.by}</legend>
        {CHANNELS.map((channel) => (
          <label class="check">
            <input
              type="checkbox"
              name="channels"
              value={channel}
              checked={alert?.channels.includes(channel) ?? channel !== "webhook"}
            />
            <span>{words.channels[channel]}</span>
          </label>
        ))}
      </fieldset>
      <button type="submit">{words.save}</button>
    </Form>
  );
}

interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly asOf: string | null;
  readonly matched: number;
  readonly universeSize: number;
  readonly createdAt: string;
}

function Runs({ visit, rows }: { visit: Visit; rows: readonly RunRow[] }) {
  const { scans: words } = visit.words;
  return (
    <Table
      caption={words.history}
      empty={words.noRuns}
      rows={rows}
      columns={[
        {
          head: words.at,
          cell: ({ id, createdAt }) => (
            <a href={`/app/scanner/runs/${id}`}>
              <When visit={visit} at={createdAt} />
            </a>
          ),
        },
        { head: words.state, cell: ({ status }) => <State of={status} /> },
        { head: words.asOf, cell: ({ asOf }) => asOf ?? "–" },
        { head: words.matched, number: true, cell: ({ matched, universeSize }) => `${matched} / ${universeSize}` },
      ]}
    />
  );
}

/** One run: what matched, what was new in it and what had left. */
const run = definePage({
  path: "/app/scanner/runs/:id",
  section: "scanner",
  load: async ({ client, param }) => await ask(client.scanner.runs[":id"].$get({ param: { id: param("id") } })),
  title: ({ scans }) => scans.run,
  view: (visit, { scanId, asOf, matched, universeSize, entered: came, left, matches }) => {
    const { scans: words } = visit.words;
    const lists = [
      [words.entered, came],
      [words.left, left],
      [words.matches, matches],
    ] as const;
    return (
      <>
        <h1>{words.run}</h1>
        <p class="lead">
          {matched} / {universeSize}, {words.asOf} {asOf ?? "–"}.{" "}
          <a href={`/app/scanner/scans/${scanId}`}>{words.scan}</a>
        </p>
        {lists.map(([title, symbols]) => (
          <section>
            <h2>
              {title} <small>{symbols.length}</small>
            </h2>
            {symbols.length === 0 ? <p class="quiet">{words.none}</p> : null}
            <ul class="symbols">
              {symbols.map((symbol) => (
                <li>
                  <a href={`/app/scanner/${symbol}`}>{symbol}</a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </>
    );
  },
});

export const scansRoutes = [...scan, ...run];
