import type { z } from "@hono/zod-openapi";
import type { HttpContext } from "#platform/http/env";
import { JSON_LIMIT_BYTES, readJsonBody } from "#platform/http/body";
import { http } from "#platform/http/problems";
import type { RootRoute } from "#platform/http/root-route";
import { toValidationProblem } from "#platform/http/validation";
import * as shared from "./schemas.ts";
import { loginMfa, toFactorProof } from "./schemas.mfa.ts";
import { login } from "./schemas.sign-in.ts";
import * as challenges from "./service.challenges.ts";
import * as cookies from "./service.cookies.ts";
import { openExport } from "./service.privacy.ts";
import type { SignInAnswer } from "./service.sign-in.ts";
import { loginUser } from "./service.sign-in.ts";
import { signingKeys } from "./signing-keys.ts";

/** Shorter than a key is published before it signs. */
const KEY_SET_SECONDS = 300;
/** Like a form: a session of before must not stand in the way of whoever signs in anew and has no token of it. */
const signIn = { method: "POST", limit: "auth", duringMaintenance: true, form: true } as const;

/** The public keys by which anybody can verify our access tokens. */
const keySet: RootRoute = {
  method: "GET",
  path: "/.well-known/jwks.json",
  limit: "public",
  duringMaintenance: true,
  handler: async (c) => {
    const keys = (await signingKeys(c.get("ctx"))).map(({ publicJwk }) => publicJwk);
    return c.json({ keys }, 200, { "Cache-Control": `public, max-age=${KEY_SET_SECONDS}` });
  },
};

/** The body of a page's own request; anything that a form of another site could send is refused before. */
async function readForm<S extends z.ZodType>(c: HttpContext, schema: S): Promise<z.output<S>> {
  cookies.refuseForeign(c.get("ctx"), c.req.raw);
  const parsed = schema.safeParse(await readJsonBody(c, JSON_LIMIT_BYTES));
  if (!parsed.success) throw toValidationProblem(parsed.error, "json");
  return parsed.data;
}

async function begin(c: HttpContext, answer: SignInAnswer): Promise<Response> {
  if (answer.kind === "mfa") return c.json({ mfaRequired: true, mfaToken: answer.mfaToken }, 200);
  const ctx = c.get("ctx");
  const { opening, user, fields } = answer;
  await cookies.endCookieSession(ctx);
  for (const cookie of await cookies.sessionCookies(ctx, opening)) c.header("Set-Cookie", cookie, { append: true });
  const csrfToken = await cookies.csrfToken(ctx, opening.session.id);
  return c.json({ user: shared.presentUser(user, fields), csrfToken }, 200);
}

/** Signs a page in: the session lies in a cookie that no script can read, and ends the one that lay there before. */
const beginSession: RootRoute = {
  ...signIn,
  path: "/session",
  handler: async (c) => await begin(c, await loginUser(c.get("ctx"), await readForm(c, login), "cookie")),
};

const answerChallenge: RootRoute = {
  ...signIn,
  path: "/session/mfa",
  handler: async (c) => {
    const { mfaToken, ...proof } = await readForm(c, loginMfa);
    const input = { mfaToken, proof: toFactorProof(proof) };
    return await begin(c, await challenges.loginMfa(c.get("ctx"), input, "cookie"));
  },
};

/** Whose session a page has, as far as this isolate knows, and the token that goes along with what it changes. */
const readSession: RootRoute = {
  method: "GET",
  path: "/session",
  limit: "read",
  handler: async (c) => {
    const page = await cookies.findPageSession(c.get("ctx"));
    if (!page) throw http.unauthenticated();
    return c.json({ user: shared.presentUser(page.user, { plan: page.plan }), csrfToken: page.csrfToken }, 200);
  },
};

const endSession: RootRoute = {
  ...signIn,
  form: false,
  path: "/session/end",
  handler: async (c) => {
    cookies.refuseForeign(c.get("ctx"), c.req.raw);
    await cookies.endCookieSession(c.get("ctx"));
    c.header("Set-Cookie", cookies.ENDED_COOKIE);
    c.header("Clear-Site-Data", '"cache", "storage"');
    return c.body(null, 204);
  },
};

/** The file of somebody's own data, by a link that is good for ten minutes. */
const downloadExport: RootRoute = {
  method: "GET",
  path: "/exports/:id",
  limit: "public",
  handler: async (c) => {
    const file = await openExport(c.get("ctx"), c.req.param("id") ?? "", c.req.query("ticket") ?? "");
    if (!file) throw http.notFound({ detail: "The link is over; GET /api/v1/me/exports/{id} gives a fresh one." });
    const disposition = 'attachment; filename="bourse-export.json"';
    return c.body(file.body, 200, { "Content-Type": "application/json", "Content-Disposition": disposition });
  },
};

export const rootRoutes: readonly RootRoute[] = [
  keySet,
  beginSession,
  answerChallenge,
  readSession,
  endSession,
  downloadExport,
];
