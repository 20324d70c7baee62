import { env } from "cloudflare:workers";
import { createGuardrails, generate } from "otplib";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";

/** People who come in by the front door: registered, verified and signed in over HTTP. */

export const PASSWORD = "four words in a row";

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string; readonly email: string };
}

export interface Person extends Tokens {
  readonly email: string;
  readonly password: string;
  /** The header that carries the session. */
  readonly bearer: Readonly<Record<string, string>>;
}

let count = 0;

/** An address that no other test has. */
export function freshEmail(): string {
  count += 1;
  return `p${count}.${crypto.randomUUID().slice(0, 8)}@people.test`;
}

/** A number that no other test has. */
export function freshPhone(): string {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `+9198${String(number % 100_000_000).padStart(8, "0")}`;
}

interface OutboxMail {
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
  readonly links: readonly string[];
}

/** What was written to somebody, newest first, once every job has run. */
export async function mailsTo(app: TestApp, to: string): Promise<readonly OutboxMail[]> {
  await app.call("POST /dev/jobs/drain");
  const answer = await app.call(`GET /dev/outbox?to=${encodeURIComponent(to)}`);
  return (await bodyOf<{ data: OutboxMail[] }>(answer)).data;
}

/** The token in the newest link to a page. */
export async function tokenFor(app: TestApp, to: string, page: string): Promise<string> {
  const links = (await mailsTo(app, to)).flatMap((mail) => mail.links);
  const link = links.find((candidate) => candidate.includes(page));
  return new URL(link ?? "http://nothing.test/", "http://bourse.test").searchParams.get("token") ?? "";
}

/** The six digits of the newest SMS to a number. */
export async function codeFor(app: TestApp, phone: string): Promise<string> {
  const [newest] = await mailsTo(app, phone);
  return /[0-9]{6}/.exec(newest?.text ?? "")?.[0] ?? "";
}

export function bearer(accessToken: string): Record<string, string> {
  return { Authorization: `Bearer ${accessToken}` };
}

export async function login(
  app: TestApp,
  email: string,
  options: { readonly password?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  return await app.call("POST /api/v1/auth/login", {
    json: { email, password: options.password ?? PASSWORD },
    headers: options.headers ?? {},
  });
}

/** Registers somebody and proves the address. */
export async function register(app: TestApp, email = freshEmail()): Promise<string> {
  await app.call("POST /api/v1/auth/register", { json: { email, password: PASSWORD, acceptTerms: true } });
  await app.call("POST /api/v1/auth/verify-email", { json: { token: await tokenFor(app, email, "/verify-email") } });
  return email;
}

/** Somebody with an account and a session. */
export async function aPerson(app: TestApp, headers: Readonly<Record<string, string>> = {}): Promise<Person> {
  const email = await register(app);
  const tokens = await bodyOf<Tokens>(await login(app, email, { headers }));
  return { ...tokens, email, password: PASSWORD, bearer: bearer(tokens.accessToken) };
}

/** The code of a secret at a step from now. */
export async function totp(secret: string, steps = 0): Promise<string> {
  const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 });
  return await generate({ secret, epoch: Math.floor(Date.now() / 1_000) + steps * 30, guardrails });
}

export interface TwoFactorPerson extends Person {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

/** Somebody with two factors on. The code of the step before the present one is used up. */
export async function aTwoFactorPerson(app: TestApp): Promise<TwoFactorPerson> {
  const person = await aPerson(app);
  const headers = person.bearer;
  const { secret } = await bodyOf<{ secret: string }>(await app.call("POST /api/v1/auth/mfa/totp", { headers }));
  const confirm = async (): Promise<Response> => {
    const json = { code: await totp(secret, -1) };
    return await app.call("POST /api/v1/auth/mfa/totp/confirm", { headers, json });
  };
  const first = await confirm();
  // The clock may have gone on to the next step between the making of the code and its check.
  const confirmed = first.ok ? first : await confirm();
  return { ...person, secret, recoveryCodes: (await bodyOf<{ recoveryCodes: string[] }>(confirmed)).recoveryCodes };
}

/** Goes as far as the question for the second factor. */
export async function mfaTokenOf(app: TestApp, email: string): Promise<string> {
  return (await bodyOf<{ mfaToken: string }>(await login(app, email))).mfaToken;
}

/** Reads a row as it stands, for what no route tells. */
export async function row<T>(sql: string, ...params: readonly (string | number)[]): Promise<T | null> {
  return await env.DB.prepare(sql)
    .bind(...params)
    .first<T>();
}
