import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { HttpContext } from "#platform/http/env";
import type { RootRoute } from "#platform/http/root-route";
import type { Words } from "#console/words/index.ts";
import { preferredLocale, wordsFor } from "#console/words/index.ts";
import { ask, Refusal } from "./client.ts";
import { Layout } from "./layout.tsx";
import { page, readFields } from "./page.ts";
import { Outcome } from "./parts.tsx";
import type { Section } from "./sections.ts";
import { pathOf } from "./sections.ts";
import { Shell } from "./shell.tsx";
import { StepUp } from "./step-up.tsx";
import { isUpload, readUpload } from "./uploads.ts";
import type { Visit } from "./visit.ts";
import { startVisit } from "./visit.ts";

/** What an action leads to: a page, and which of the page's words to say there. */
export interface Done {
  readonly to?: string;
  readonly say?: string;
  /** What is shown this once, in answer to the form: a new key, an address. */
  readonly show?: Child;
  /** The script of what is shown so. */
  readonly island?: string;
}

interface PageDefinition<Data, Said extends string> {
  readonly path: string;
  readonly section: Section;
  /** Who may open it; everybody who is signed in, if left out. */
  readonly roles?: readonly string[];
  /** How large the files may be that its forms bring, where they bring any. */
  readonly uploadBytes?: number;
  /** The one script of the page, by the name of its file in `islands`. */
  readonly island?: string;
  readonly title: (words: Words, data: Data) => string;
  readonly load: (visit: Visit) => Promise<Data>;
  readonly view: (visit: Visit, data: Data) => Child;
  /** What to say after an action, by the word that its address carries. */
  readonly said?: (words: Words) => Readonly<Record<Said, string>>;
  readonly actions?: Readonly<Record<string, (visit: Visit, fields: URLSearchParams) => Promise<Done>>>;
}

const open = { limit: "read", duringMaintenance: true } as const;

/** A page of the console: what it shows, and what its forms do. Both are calls of the API and nothing else. */
export function definePage<Data, Said extends string>(definition: PageDefinition<Data, Said>): RootRoute[] {
  const { path, actions } = definition;
  const get: RootRoute = { ...open, method: "GET", path, handler: async (c) => await show(c, definition) };
  if (!actions) return [get];
  return [get, { ...open, method: "POST", path, form: true, handler: async (c) => await act(c, definition) }];
}

async function show<Data, Said extends string>(
  c: HttpContext,
  definition: PageDefinition<Data, Said>,
): Promise<Response> {
  const visit = await startVisit(c);
  if (!visit) return toSignIn(c);
  return await render(visit, definition, 200);
}

/** Signing in leads back to where somebody wanted to go. */
function toSignIn(c: HttpContext): Response {
  const { pathname, search } = new URL(c.req.url);
  return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
}

async function render<Data, Said extends string>(
  visit: Visit,
  definition: PageDefinition<Data, Said>,
  status: ContentfulStatusCode,
): Promise<Response> {
  if (!mayOpen(visit, definition)) return await fault(visit.c, 404);
  try {
    const data = await definition.load(visit);
    const title = definition.title(visit.words, data);
    const say = sayingOf(visit, definition);
    const content = definition.view(visit, data);
    return await page(
      visit.c,
      (nonce) => (
        <Shell visit={visit} nonce={nonce} title={title} section={definition.section} island={islandOf(definition)}>
          <Outcome visit={visit} said={say} />
          {content}
        </Shell>
      ),
      status,
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problem.status === 401 ? toSignIn(visit.c) : await unable(visit, definition, error.problem);
  }
}

/** Why a page cannot be shown, within reach of everything else. */
async function unable<Data, Said extends string>(
  visit: Visit,
  { section }: PageDefinition<Data, Said>,
  { status, title, detail }: Refusal["problem"],
): Promise<Response> {
  const { errors, sections } = visit.words.frame;
  const known = status === 403 || status === 422;
  const heading = known ? title : errors.title;
  return await page(
    visit.c,
    (nonce) => (
      <Shell visit={visit} nonce={nonce} title={heading} section={section} island={islandOf({ section })}>
        <h1>{heading}</h1>
        <p class="lead">{known ? (detail ?? title) : textOf(visit.words, status)}</p>
        <p>
          <a class="button" href={pathOf(section)}>
            {sections[section]}
          </a>
        </p>
      </Shell>
    ),
    status as ContentfulStatusCode,
  );
}

/** What the status of an answer means to whoever reads it. */
function textOf({ frame: { errors } }: Words, status: number): string {
  const texts: Readonly<Record<number, string>> = {
    403: errors.notFound,
    404: errors.notFound,
    429: errors.limited,
    503: errors.closed,
  };
  return texts[status] ?? errors.other;
}

/** What gives life to a page that has no script of its own: operators have their palette everywhere. */
function islandOf({ island, section }: { readonly island?: string; readonly section: Section }): string {
  return island ?? (section === "admin" ? "palette" : "page");
}

function mayOpen({ user }: Visit, { roles }: { readonly roles?: readonly string[] }): boolean {
  return roles?.includes(user.role) ?? true;
}

/** What the address says is done, in words that are ours alone. */
function sayingOf(
  visit: Visit,
  { said }: { said?: (words: Words) => Readonly<Record<string, string>> },
): string | null {
  if (visit.refused) return null;
  return said?.(visit.words)[visit.query.get("done") ?? ""] ?? null;
}

async function act<Data, Said extends string>(
  c: HttpContext,
  definition: PageDefinition<Data, Said>,
): Promise<Response> {
  const fields = await fieldsOf(c, definition.uploadBytes);
  const visit = await startVisit(c, fields);
  if (!visit) return toSignIn(c);
  const action = definition.actions?.[fields.get("action") ?? ""];
  if (!action || !mayOpen(visit, definition)) return await fault(c, 404);
  try {
    await raise(visit, fields);
    const done = await action(visit, fields);
    return done.show === undefined ? goOn(c, done) : await showOnce(visit, definition, done);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return await refused({ ...visit, refused: { problem: error.problem, fields } }, definition, error.problem);
  }
}

async function fieldsOf(c: HttpContext, uploadBytes: number | undefined): Promise<URLSearchParams> {
  return uploadBytes !== undefined && isUpload(c) ? await readUpload(c, uploadBytes) : await readFields(c);
}

function goOn(c: HttpContext, { to, say }: Done): Response {
  const next = new URL(to ?? c.req.url, c.req.url);
  next.searchParams.delete("done");
  if (say !== undefined) next.searchParams.set("done", say);
  return c.redirect(next.pathname + next.search, 303);
}

async function showOnce<Data, Said extends string>(
  visit: Visit,
  { section }: PageDefinition<Data, Said>,
  { show: content, island }: Done,
): Promise<Response> {
  const title = visit.words.frame.sections[section];
  return await page(visit.c, (nonce) => (
    <Shell visit={visit} nonce={nonce} title={title} section={section} island={island}>
      {content}
    </Shell>
  ));
}

/** Raises the session where the form came back from the question who sends it. */
async function raise({ client }: Visit, fields: URLSearchParams): Promise<void> {
  const code = fields.get("stepUpCode") ?? "";
  const password = fields.get("stepUpPassword") ?? "";
  if (code !== "") await ask(client.auth["step-up"].$post({ json: { code } }));
  else if (password !== "") await ask(client.auth["step-up"].$post({ json: { password } }));
}

async function refused<Data, Said extends string>(
  visit: Visit,
  definition: PageDefinition<Data, Said>,
  problem: Refusal["problem"],
): Promise<Response> {
  const asked = visit.refused?.fields;
  const raising = asked?.has("stepUpCode") === true || asked?.has("stepUpPassword") === true;
  const about = problem.code === "step_up_required" || (raising && problem.status === 401);
  if (about && asked) {
    const { frame } = visit.words;
    return await page(
      visit.c,
      (nonce) => (
        <Shell visit={visit} nonce={nonce} title={frame.stepUp.title} section={definition.section}>
          <StepUp visit={visit} fields={asked} wrong={raising ? (problem.detail ?? problem.title) : null} />
        </Shell>
      ),
      403,
    );
  }
  if (problem.status === 401) return toSignIn(visit.c);
  return await render(visit, definition, problem.status as ContentfulStatusCode);
}

/** A page for what cannot be shown, in the browser's language, since it may have no session. */
export async function fault(c: HttpContext, status: number): Promise<Response> {
  const locale = preferredLocale(c.req.header("Accept-Language"));
  const words = wordsFor(locale);
  const { errors } = words.frame;
  const text = textOf(words, status);
  return await page(
    c,
    (nonce) => (
      <Layout title={`${errors.title} – Bourse`} description={text} nonce={nonce} locale={locale} hidden>
        <h1>{errors.title}</h1>
        <p class="lead">{text}</p>
        <p>
          <a href="/app">Bourse</a>
        </p>
      </Layout>
    ),
    status as ContentfulStatusCode,
  );
}
