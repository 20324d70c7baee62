import type { TestApp } from "./app.ts";
import type { Person } from "./people.ts";
import { PASSWORD } from "./people.ts";

/** A browser without script: it keeps cookies, reads pages and sends their forms. */
export interface Browser {
  readonly get: (path: string) => Promise<Page>;
  /** Fills in and sends the form of an action on the page that was opened last, or whatever it is told to. */
  readonly submit: (page: Page, action: string, fields?: Readonly<Record<string, string>>) => Promise<Page>;
  /** The same for a form that brings files. */
  readonly upload: (page: Page, action: string, fields: Readonly<Record<string, string | File>>) => Promise<Page>;
  /** Sends fields to a path, as a form of our own pages or of another site's would. */
  readonly post: (path: string, fields: Readonly<Record<string, string>>, from?: string) => Promise<Page>;
  /** Sends a form with a file in it. */
  readonly postForm: (path: string, form: FormData) => Promise<Page>;
}

export interface Page {
  readonly path: string;
  readonly status: number;
  readonly location: string | null;
  readonly html: string;
  readonly headers: Headers;
}

const ORIGIN = "http://127.0.0.1:8787";

export function aBrowser(app: TestApp, origin = ORIGIN): Browser {
  const jar = new Map<string, string>();
  const send = async (line: string, body?: string | FormData, from = origin): Promise<Page> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const type = { "Content-Type": "application/x-www-form-urlencoded" };
    const form = { ...(typeof body === "string" ? type : {}), Origin: from };
    const asked = { Accept: "text/html", ...(cookie === "" ? {} : { Cookie: cookie }) };
    const headers = { ...asked, ...(body === undefined ? {} : form) };
    const answer = await app.call(line, { headers, ...(body === undefined ? {} : { body }) });
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ""] = set.split(";");
      jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const path = line.split(" ")[1] ?? "/";
    const location = answer.headers.get("Location");
    return { path, status: answer.status, location, html: await answer.text(), headers: answer.headers };
  };
  const post: Browser["post"] = async (path, fields, from) =>
    await send(`POST ${path}`, new URLSearchParams(fields).toString(), from);
  return {
    get: async (path) => await send(`GET ${path}`),
    post,
    postForm: async (path, form) => await send(`POST ${path}`, form),
    upload: async (page, action, fields) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...hiddenOf(page, action), ...fields })) form.set(name, value);
      return await send(`POST ${page.path}`, form);
    },
    submit: async (page, action, fields = {}) => await post(page.path, { ...hiddenOf(page, action), ...fields }),
  };
}

/** The hidden fields of the first form of an action. */
function hiddenOf({ html }: Page, action: string): Record<string, string> {
  const forms = html.split("<form").filter((form) => form.includes(`name="action" value="${action}"`));
  const [form = ""] = forms;
  const inputs = form
    .slice(0, form.indexOf("</form>"))
    .matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name = "", value = ""]) => [name, value]));
}

/** A browser in which somebody has signed in by the page's form. */
export async function signedIn(app: TestApp, person: Pick<Person, "email">, password = PASSWORD): Promise<Browser> {
  const browser = aBrowser(app);
  const entered = await browser.post("/sign-in", { email: person.email, password, next: "/app" });
  if (entered.location !== "/app") throw new Error(`Signing in led to ${entered.status} ${entered.location}.`);
  return browser;
}
