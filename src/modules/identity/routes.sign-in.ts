import type { Ctx } from "#platform/ctx";
import type { z } from "@hono/zod-openapi";
import { jsonAnswer, jsonBody } from "#platform/http/fields";
import { anyone, defineRoute } from "#platform/http/route";
import { ACCESS_TTL_SECONDS } from "./access-token.ts";
import * as shared from "./schemas.ts";
import * as mfa from "./schemas.mfa.ts";
import * as schemas from "./schemas.sign-in.ts";
import type { SignedIn } from "./service.challenges.ts";
import * as challenges from "./service.challenges.ts";
import * as refreshing from "./service.refresh.ts";
import { writeTokens } from "./service.sessions.ts";
import type { SignInAnswer } from "./service.sign-in.ts";
import * as service from "./service.sign-in.ts";

const open = { access: anyone, limit: "auth", duringMaintenance: true } as const;
const tag = { tags: ["Sign-in"] as [string] };

/** The answer of every way to sign in. */
export async function presentSignIn(ctx: Ctx, answer: SignInAnswer): Promise<z.infer<typeof schemas.signInAnswer>> {
  if (answer.kind === "mfa") return { mfaRequired: true, mfaToken: answer.mfaToken };
  return await presentSession(ctx, answer);
}

async function presentSession(
  ctx: Ctx,
  { opening, user, fields }: SignedIn,
): Promise<z.infer<typeof schemas.signedIn>> {
  const pair = await writeTokens(ctx, opening.session, opening.token);
  return { ...pair, tokenType: "Bearer", expiresIn: ACCESS_TTL_SECONDS, user: shared.presentUser(user, fields) };
}

const loginUser = defineRoute(
  { operation: "loginUser", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/login",
    summary: "Sign in with a password",
    description:
      "Send the device's own random `X-Device-Id` with every call: devices that you have signed in from stay open to you when strangers guess at your password.",
    request: { body: jsonBody(schemas.login) },
    responses: { 200: jsonAnswer("A session, or the question for the second factor.", schemas.signInAnswer) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(await presentSignIn(ctx, await service.loginUser(ctx, c.req.valid("json"))), 200);
  },
);

const loginMfa = defineRoute(
  { operation: "loginMfa", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/login/mfa",
    summary: "Answer the question for the second factor",
    request: { body: jsonBody(mfa.loginMfa) },
    responses: { 200: jsonAnswer("A session.", schemas.signedIn) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { mfaToken, ...proof } = c.req.valid("json");
    const signedIn = await challenges.loginMfa(ctx, { mfaToken, proof: mfa.toFactorProof(proof) });
    return c.json(await presentSession(ctx, signedIn), 200);
  },
);

const refreshTokens = defineRoute(
  { operation: "refreshTokens", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/refresh",
    summary: "Trade a refresh token for a new pair",
    description:
      "The old token dies. The one just traded is answered for ten seconds more, with the very same pair; any other that was traded before ends the session.",
    request: { body: jsonBody(schemas.refresh) },
    responses: { 200: jsonAnswer("The new pair.", schemas.tokens) },
  },
  async (c) => {
    const pair = await refreshing.refreshTokens(c.get("ctx"), c.req.valid("json").refreshToken);
    return c.json({ ...pair, tokenType: "Bearer" as const, expiresIn: ACCESS_TTL_SECONDS }, 200);
  },
);

export const signInRoutes = [loginUser, loginMfa, refreshTokens] as const;
