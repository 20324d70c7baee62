import { ask, Refusal } from "#console/frame/client.ts";
import { ButtonForm } from "#console/frame/forms.tsx";
import { Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { describeFault } from "./expression.ts";
import { backtestRoutes } from "./scanner.backtest.tsx";
import { scanFile } from "./scanner.csv.ts";
import type { Result } from "./scanner.result.tsx";
import { runScan, ScanResult } from "./scanner.result.tsx";
import { symbolRoutes } from "./scanner.symbol.tsx";

const addressOf = (expression: string): string => `/app/scanner?${new URLSearchParams({ expression }).toString()}`;

const FIRST_EXPRESSION = "rsi(14) < 35 and close > sma(200)";

/** The scanner: an expression in the address, so that a result can be kept, shared and reloaded. */
const scan = definePage({
  path: "/app/scanner",
  section: "scanner",
  island: "editor",
  said: ({ scanner }) => ({ saved: scanner.saved, deleted: scanner.deleted }),
  load: async (visit) => {
    const { client, query } = visit;
    const [result, presets, scans, fields] = await Promise.all([
      resultOf(visit),
      ask(client.scanner.presets.$get()),
      ask(client.scanner.scans.$get({ query: {} })),
      query.has("reference") ? ask(client.scanner.fields.$get()) : null,
    ]);
    return { result, presets: presets.data, scans: scans.data, fields: fields?.data ?? [] };
  },
  title: ({ scanner }) => scanner.title,
  view: (visit, { result, presets, scans, fields }) => {
    const { scanner } = visit.words;
    return (
      <>
        <h1>{scanner.title}</h1>
        <p class="lead">{scanner.text}</p>
        <Editor visit={visit} fault={result !== null && "fault" in result ? result.fault : null} />
        {result !== null && "matched" in result ? <ScanResult visit={visit} result={result} /> : null}
        <h2>{scanner.scans}</h2>
        <SavedScans visit={visit} scans={scans} />
        <h2>{scanner.presets}</h2>
        <div class="grid">
          {presets.map(({ name, description, expression }) => (
            <a class="card" href={addressOf(expression)}>
              <strong>{name}</strong>
              <br />
              <small>{description}</small>
            </a>
          ))}
        </div>
        <h2>{scanner.reference}</h2>
        {fields.length === 0 ? <a href="/app/scanner?reference">{scanner.reference}</a> : null}
        <ul class="plain">
          {fields.map(({ name, description, example }) => (
            <li>
              <code>{name}</code> {description} <small class="mono">{example}</small>
            </li>
          ))}
        </ul>
      </>
    );
  },
  actions: {
    save: async ({ client, query }, fields) => {
      const json = { name: fields.get("name") ?? "", expression: query.get("expression") ?? "" };
      await ask(client.scanner.scans.$post({ json }));
      return { say: "saved" };
    },
    delete: async ({ client }, fields) => {
      await ask(client.scanner.scans[":id"].$delete({ param: { id: fields.get("of") ?? "" } }));
      return { say: "deleted" };
    },
  },
});

/** What the expression in the address finds, or what is wrong with it; null where there is none yet. */
async function resultOf(visit: Visit): Promise<Result | { readonly fault: string } | null> {
  const expression = visit.query.get("expression") ?? "";
  if (expression.trim() === "") return null;
  try {
    return await runScan(visit);
  } catch (error) {
    if (error instanceof Refusal && error.problem.status === 422)
      return { fault: describeFault(expression, error.problem) };
    throw error;
  }
}

function Editor({ visit, fault }: { visit: Visit; fault: string | null }) {
  const { scanner } = visit.words;
  const { query } = visit;
  return (
    <form method="get">
      <label for="expression">{scanner.expression}</label>
      <div class="editor">
        <textarea
          id="expression"
          name="expression"
          class="code"
          spellcheck={false}
          aria-invalid={fault !== null}
          aria-describedby="expression-fault"
        >
          {query.get("expression") ?? FIRST_EXPRESSION}
        </textarea>
        <pre class="wrong" id="expression-fault" role="alert" hidden={fault === null}>
          {fault}
        </pre>
      </div>
      <label for="sort">{scanner.sort}</label>
      <input id="sort" name="sort" value={query.get("sort") ?? ""} />
      <button type="submit">{scanner.run}</button>{" "}
      <a
        href={`/app/backtest?${new URLSearchParams({ expression: query.get("expression") ?? FIRST_EXPRESSION }).toString()}`}
      >
        {scanner.backtest.title}
      </a>
    </form>
  );
}

interface SavedScan {
  readonly id: string;
  readonly name: string;
  readonly expression: string;
  readonly schedule: string | null;
}

function SavedScans({ visit, scans }: { visit: Visit; scans: readonly SavedScan[] }) {
  const { scanner } = visit.words;
  return (
    <Table
      caption={scanner.scans}
      empty={scanner.noScans}
      rows={scans}
      columns={[
        {
          head: scanner.scanName,
          cell: ({ name, expression }) => <a href={addressOf(expression)}>{name}</a>,
        },
        { head: scanner.expression, cell: ({ expression }) => <code>{expression}</code> },
        { head: scanner.schedule, cell: ({ schedule }) => schedule ?? scanner.manual },
        { head: scanner.history, cell: ({ id }) => <a href={`/app/scanner/scans/${id}`}>{scanner.history}</a> },
        {
          head: "",
          cell: ({ id }) => <ButtonForm visit={visit} action="delete" of={id} label={scanner.delete} danger />,
        },
      ]}
    />
  );
}

export const scannerRoutes = [scanFile, ...scan, ...symbolRoutes, ...backtestRoutes];
