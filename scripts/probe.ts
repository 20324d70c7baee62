/** What must hold for a running Bourse, seen from outside. */
import type { Finding } from "./checkup.ts";

export interface Target {
  /** The origin, without a slash at its end. */
  readonly url: string;
  /** The commit that must answer; left out, any. */
  readonly version?: string | undefined;
  /** Whether /docs, /redoc and /openapi.json must answer. */
  readonly docsOpen: boolean;
  /** Development sends no HSTS, and its own doors stand open. */
  readonly development: boolean;
  /** A verified account that signs in; left out, nobody does. Some limits on cryptography exist in production alone. */
  readonly account?: Account | undefined;
}

export interface Account {
  readonly email: string;
  readonly password: string;
}

/** The account that `SMOKE_EMAIL` and `SMOKE_PASSWORD` name; none when they are not set. */
export function smokeAccount(variables: NodeJS.ProcessEnv = process.env): Account | undefined {
  const { SMOKE_EMAIL: email, SMOKE_PASSWORD: password } = variables;
  return email === undefined || password === undefined ? undefined : { email, password };
}

const TIMEOUT_MS = 10_000;
const HEADERS = [
  "content-security-policy",
  "x-content-type-options",
  "x-frame-options",
  "referrer-policy",
  "permissions-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
] as const;

type Probe = (target: Target) => Promise<readonly [what: string, ok: boolean, seen: string]>;

async function ask(target: Target, path: string, method = "GET"): Promise<Response> {
  return await fetch(`${target.url}${path}`, { method, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
}

const health: Probe = async (target) => {
  const answer = await ask(target, "/api/v1/health");
  const body = (await answer.json()) as { status?: string; version?: string };
  const right = target.version === undefined || body.version === target.version;
  return ["it is up, in the right version", body.status === "ok" && right, `${answer.status}, ${body.version}`];
};

const readiness: Probe = async (target) => {
  const answer = await ask(target, "/api/v1/health/ready");
  return ["every dependency answers", answer.status === 200, (await answer.text()).slice(0, 500)];
};

const unknownPath: Probe = async (target) => {
  const answer = await ask(target, "/api/v1/no-such-address");
  const type = answer.headers.get("content-type") ?? "no type";
  const ok = answer.status === 404 && type.startsWith("application/problem+json");
  return ["an unknown address is a problem document", ok, `${answer.status}, ${type}`];
};

const securityHeaders: Probe = async (target) => {
  const { headers } = await ask(target, "/api/v1/health");
  const wanted = target.development ? HEADERS : [...HEADERS, "strict-transport-security"];
  const missing = wanted.filter((name) => !headers.has(name));
  return ["every security header is there", missing.length === 0, `missing: ${missing.join(", ")}`];
};

const reference: Probe = async (target) => {
  const answers = await Promise.all(["/openapi.json", "/docs", "/redoc"].map((path) => ask(target, path)));
  const wanted = target.docsOpen ? 200 : 404;
  const seen = answers.map(({ status }) => status);
  return [`the reference is ${target.docsOpen ? "open" : "closed"}`, seen.every((s) => s === wanted), seen.join(", ")];
};

const limits: Probe = async (target) => {
  const { headers } = await ask(target, "/api/v1/help/articles");
  const ok = headers.has("ratelimit-policy") && headers.has("ratelimit");
  return ["limits are stated", ok, "no RateLimit-Policy or RateLimit"];
};

const developmentDoors: Probe = async (target) => {
  const { status } = await ask(target, "/dev/seed", "POST");
  const ok = target.development ? status === 200 : status === 404;
  return [`the doors of development are ${target.development ? "open" : "closed"}`, ok, String(status)];
};

/** Signs in, asks who it is and signs out: password hash, token, session and database in one go. */
const signIn: Probe = async ({ url, account }) => {
  const what = "an account signs in, is known and signs out";
  const call = async (path: string, init: RequestInit): Promise<Response> =>
    await fetch(`${url}/api/v1${path}`, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  const headers = { "Content-Type": "application/json" };
  const opened = await call("/auth/login", { method: "POST", headers, body: JSON.stringify(account) });
  const { accessToken } = (await opened.json()) as { accessToken?: string };
  if (accessToken === undefined) return [what, false, `signing in answered ${opened.status} and no token`];
  const bearer = { Authorization: `Bearer ${accessToken}` };
  const known = await call("/me", { headers: bearer });
  const closed = await call("/auth/logout", { method: "POST", headers: bearer });
  return [what, known.status === 200 && closed.status === 204, `${known.status}, then ${closed.status}`];
};

const PROBES = [health, readiness, unknownPath, securityHeaders, reference, limits, developmentDoors];

/** Asks everything at once; a finding's `fix` says what was seen instead. */
export async function probe(target: Target): Promise<Finding[]> {
  const probes = target.account ? [...PROBES, signIn] : PROBES;
  return await Promise.all(
    probes.map(async (run) => {
      try {
        const [what, ok, seen] = await run(target);
        return { ok, what, fix: `Seen: ${seen}` };
      } catch (error) {
        return { ok: false, what: run.name, fix: `No answer: ${error instanceof Error ? error.message : "unknown"}` };
      }
    }),
  );
}
