import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Tokens } from "../../support/people.ts";
import {
  aTwoFactorPerson,
  bearer,
  codeFor,
  freshEmail,
  freshPhone,
  login,
  mfaTokenOf,
  tokenFor,
  totp,
} from "../../support/people.ts";

const app = testApp();

/** Everything that is written to the console while a test runs, as one text. */
function listen(): () => string {
  const spies = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  );
  return () => JSON.stringify(spies.flatMap((spy) => spy.mock.calls));
}

/** What every table holds, but for the outbox of development, which stands for the mails themselves. */
async function database(): Promise<string> {
  const { results } = await env.DB.prepare(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '_cf_%'
       and name <> 'messaging_development_outbox'`,
  ).all<{ name: string }>();
  const tables = await Promise.all(
    results.map(async ({ name }) => (await env.DB.prepare(`select * from ${name}`).all()).results),
  );
  return JSON.stringify(tables);
}

async function post(line: string, json: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return await app.call(`POST /api/v1${line}`, { json, headers });
}

/** Goes through every flow that knows a secret, also the wrong way, and collects what nobody else may ever read. */
async function secretsOfEveryFlow(): Promise<string[]> {
  const email = freshEmail();
  const password = "a canary sings 7d41 at dawn";
  await post("/auth/register", { email, password, acceptTerms: true });
  const verification = await tokenFor(app, email, "/verify-email");
  await post("/auth/verify-email", { token: verification });
  await post("/auth/verify-email", { token: verification });
  const guess = "a canary guesses 9c22 at dusk";
  await login(app, email, { password: guess });
  const tokens = await bodyOf<Tokens>(await login(app, email, { password }));
  await post("/auth/step-up", { password: guess }, bearer(tokens.accessToken));
  await post("/auth/password/forgot", { email });
  const reset = await tokenFor(app, email, "/reset-password");
  const next = "a canary rests 3e90 at night";
  await post("/auth/password/reset", { token: reset, password: next });
  const later = await bodyOf<Tokens>(await login(app, email, { password: next }));
  const refreshed = await bodyOf<Tokens>(await post("/auth/refresh", { refreshToken: later.refreshToken }));
  const json = { name: "Canary", scopes: ["account:read"] };
  const { key } = await bodyOf<{ key: string }>(await post("/api-keys", json, bearer(refreshed.accessToken)));
  await app.call("GET /api/v1/me", { headers: bearer(key) });
  await app.call("GET /api/v1/me", { headers: bearer(`${key.slice(0, -1)}0`) });
  const phone = freshPhone();
  await post("/auth/otp", { phone });
  const code = await codeFor(app, phone);
  await post("/auth/otp/verify", { phone, code, acceptTerms: true });
  const person = await aTwoFactorPerson(app);
  const mfaToken = await mfaTokenOf(app, person.email);
  const [recoveryCode = ""] = person.recoveryCodes;
  await post("/auth/login/mfa", { mfaToken, recoveryCode });
  await post("/auth/login/mfa", { mfaToken: await mfaTokenOf(app, person.email), code: await totp(person.secret) });
  const pairs = [tokens, later, refreshed, person].flatMap(({ accessToken, refreshToken }) => [
    accessToken,
    refreshToken,
    refreshToken.split(".")[2] ?? "",
  ]);
  return [
    ...[password, guess, next, verification, reset, key, mfaToken, person.secret, ...person.recoveryCodes, ...pairs],
    `"${code}"`,
  ];
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a secret", () => {
  it("is in no log and no table, whichever way it was used", async () => {
    const logged = listen();
    const secrets = await secretsOfEveryFlow();
    expect(secrets.every((secret) => secret.length >= 8)).toBe(true);
    const [log, tables] = [logged(), await database()];
    expect(log.length).toBeGreaterThan(1_000);
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
    expect(secrets.filter((secret) => tables.includes(secret))).toEqual([]);
  });
});
