import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { HttpContext } from "#platform/http/env";
import type { RootRoute } from "#platform/http/root-route";
import type { RefusedProblem } from "#console/frame/client.ts";
import { headersOf } from "#console/frame/client.ts";
import { Door } from "#console/frame/layout.tsx";
import { page, readFields } from "#console/frame/page.ts";
import type { Words } from "#console/words/index.ts";
import { preferredLocale, wordsFor } from "#console/words/index.ts";

/** The pages before somebody is known: signing in, with two factors, and opening an account. */

interface Opening {
  readonly locale: string;
  readonly words: Words;
}

function openingOf(c: HttpContext): Opening {
  const locale = preferredLocale(c.req.header("Accept-Language"));
  return { locale, words: wordsFor(locale) };
}

interface EntranceProps {
  readonly title: string;
  readonly text: string;
  readonly refused?: RefusedProblem | null;
  readonly children?: Child;
}

async function entrance(c: HttpContext, { title, text, refused = null, children }: EntranceProps): Promise<Response> {
  const { locale, words } = openingOf(c);
  const address = `${c.get("ctx").config.publicOrigin}${c.req.path}`;
  const status = (refused?.status ?? 200) as ContentfulStatusCode;
  return await page(
    c,
    (nonce) => (
      <Door title={`${title} – Bourse`} description={text} nonce={nonce} locale={locale} address={address}>
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        {refused === null ? null : (
          <div class="notice bad" role="alert">
            <p>{reasonOf(refused, words)}</p>
          </div>
        )}
        {children}
      </Door>
    ),
    status,
  );
}

function reasonOf({ detail, title, errors }: RefusedProblem, words: Words): string {
  const faults = (errors ?? []).map(({ message }) => message).join(" ");
  return faults === "" ? (detail ?? title) : `${words.frame.refused}: ${faults}`;
}

interface InputProps {
  readonly name: string;
  readonly label: string;
  readonly type?: string;
  readonly value?: string;
  readonly autocomplete: string;
  readonly required?: boolean;
}

const Input = ({ name, label, type = "text", value = "", autocomplete, required = true }: InputProps) => (
  <>
    <label for={name}>{label}</label>
    <input id={name} name={name} type={type} value={value} autocomplete={autocomplete} required={required} />
  </>
);

/** Only a path of ours: an address of somebody else's must not follow a sign-in. */
export function ownPath(next: string | null): string {
  return next !== null && /^\/(?:app|admin)(?:[/?][^\s\\]*)?$/.test(next) ? next : "/app";
}

function SignInForm({ words, next, email }: { words: Words; next: string; email: string }) {
  const { account } = words;
  return (
    <>
      <form method="post" action="/sign-in">
        <input type="hidden" name="next" value={next} />
        <Input name="email" label={account.email} type="email" value={email} autocomplete="username" />
        <Input name="password" label={account.password} type="password" autocomplete="current-password" />
        <button type="submit">{account.signIn}</button>
      </form>
      <p>
        <a href="/reset-password">{account.forgot}</a>
      </p>
      <p>
        {account.noAccount} <a href="/sign-up">{account.signUp}</a>
      </p>
    </>
  );
}

const showSignIn: RootRoute = {
  method: "GET",
  path: "/sign-in",
  limit: "public",
  duringMaintenance: true,
  handler: async (c) => {
    const { words } = openingOf(c);
    const form = <SignInForm words={words} next={ownPath(c.req.query("next") ?? null)} email="" />;
    return await entrance(c, { title: words.account.signIn, text: words.account.signInText, children: form });
  },
};

/** Sends a page's JSON on to the session's own addresses, as the browser that filled in the form. */
async function send(c: HttpContext, path: string, json: unknown): Promise<Response> {
  const headers = headersOf(c, {});
  headers.set("Content-Type", "application/json");
  const request = new Request(new URL(path, c.req.url), { method: "POST", headers, body: JSON.stringify(json) });
  return await c.get("dispatch")(request);
}

/** Hands the cookies of a new session on, and leads to where somebody wanted to go. */
function enter(answer: Response, next: string): Response {
  const headers = new Headers({ Location: next });
  for (const cookie of answer.headers.getSetCookie()) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}

const takeSignIn: RootRoute = {
  method: "POST",
  path: "/sign-in",
  limit: "auth",
  duringMaintenance: true,
  form: true,
  handler: async (c) => {
    const fields = await readFields(c);
    const { words } = openingOf(c);
    const next = ownPath(fields.get("next"));
    const email = fields.get("email") ?? "";
    const answer = await send(c, "/session", { email, password: fields.get("password") ?? "" });
    if (!answer.ok) {
      const refused = await answer.json<RefusedProblem>();
      const children = <SignInForm words={words} next={next} email={email} />;
      return await entrance(c, { title: words.account.signIn, text: words.account.signInText, refused, children });
    }
    const begun = await answer.clone().json<{ mfaRequired?: true; mfaToken?: string }>();
    if (begun.mfaRequired !== true) return enter(answer, next);
    return await askFactor(c, { token: begun.mfaToken ?? "", next, refused: null });
  },
};

interface Challenge {
  readonly token: string;
  readonly next: string;
  readonly refused: RefusedProblem | null;
}

async function askFactor(c: HttpContext, { token, next, refused }: Challenge): Promise<Response> {
  const { account } = openingOf(c).words;
  const children = (
    <form method="post" action="/sign-in/factor">
      <input type="hidden" name="next" value={next} />
      <input type="hidden" name="mfaToken" value={token} />
      <Input name="code" label={account.code} autocomplete="one-time-code" />
      <button type="submit">{account.goOn}</button>
    </form>
  );
  return await entrance(c, { title: account.factor, text: account.factorText, refused, children });
}

const takeFactor: RootRoute = {
  method: "POST",
  path: "/sign-in/factor",
  limit: "auth",
  duringMaintenance: true,
  form: true,
  handler: async (c) => {
    const fields = await readFields(c);
    const next = ownPath(fields.get("next"));
    const token = fields.get("mfaToken") ?? "";
    const code = (fields.get("code") ?? "").trim();
    const proof = /^\d{6}$/.test(code) ? { code } : { recoveryCode: code };
    const answer = await send(c, "/session/mfa", { mfaToken: token, ...proof });
    if (answer.ok) return enter(answer, next);
    return await askFactor(c, { token, next, refused: await answer.json<RefusedProblem>() });
  },
};

const signOut: RootRoute = {
  method: "POST",
  path: "/sign-out",
  limit: "auth",
  duringMaintenance: true,
  form: true,
  handler: async (c) => {
    const fields = await readFields(c);
    const headers = headersOf(c, { csrf: fields.get("csrf") ?? "" });
    const answer = await c.get("dispatch")(
      new Request(new URL("/session/end", c.req.url), { method: "POST", headers }),
    );
    return answer.ok ? enter(answer, "/sign-in") : c.redirect("/app", 303);
  },
};

function SignUpForm({ words, fields }: { words: Words; fields: URLSearchParams }) {
  const { account } = words;
  const entered = (name: string): string => fields.get(name) ?? "";
  return (
    <>
      <form method="post" action="/sign-up">
        <Input name="name" label={account.name} value={entered("name")} autocomplete="name" required={false} />
        <Input name="email" label={account.email} type="email" value={entered("email")} autocomplete="username" />
        <Input name="password" label={account.newPassword} type="password" autocomplete="new-password" />
        <Input
          name="referralCode"
          label={account.referral}
          value={entered("referralCode")}
          autocomplete="off"
          required={false}
        />
        <label class="check">
          <input type="checkbox" name="acceptTerms" value="yes" required />
          <span>{account.terms}</span>
        </label>
        <button type="submit">{account.signUp}</button>
      </form>
      <p>
        {account.haveAccount} <a href="/sign-in">{account.signIn}</a>
      </p>
    </>
  );
}

const showSignUp: RootRoute = {
  method: "GET",
  path: "/sign-up",
  limit: "public",
  handler: async (c) => {
    const { words } = openingOf(c);
    const fields = new URLSearchParams({ referralCode: c.req.query("code")?.slice(0, 64) ?? "" });
    const children = <SignUpForm words={words} fields={fields} />;
    return await entrance(c, { title: words.account.signUp, text: words.account.signUpText, children });
  },
};

const takeSignUp: RootRoute = {
  method: "POST",
  path: "/sign-up",
  limit: "auth",
  form: true,
  handler: async (c) => {
    const fields = await readFields(c);
    const { account } = openingOf(c).words;
    const given = Object.fromEntries(["name", "referralCode"].flatMap((name) => optional(fields, name)));
    const json = {
      ...given,
      email: fields.get("email") ?? "",
      password: fields.get("password") ?? "",
      acceptTerms: fields.get("acceptTerms") === "yes",
    };
    const answer = await send(c, "/api/v1/auth/register", json);
    if (answer.ok) return await entrance(c, { title: account.sent, text: account.sentText });
    const refused = await answer.json<RefusedProblem>();
    const children = <SignUpForm words={openingOf(c).words} fields={fields} />;
    return await entrance(c, { title: account.signUp, text: account.signUpText, refused, children });
  },
};

function optional(fields: URLSearchParams, name: string): [string, string][] {
  const value = fields.get(name)?.trim() ?? "";
  return value === "" ? [] : [[name, value]];
}

export const signInRoutes = [
  showSignIn,
  takeSignIn,
  takeFactor,
  signOut,
  showSignUp,
  takeSignUp,
] as const satisfies readonly RootRoute[];
