import type { z } from "@hono/zod-openapi";
import type { Ctx } from "#platform/ctx";
import { jsonAnswer, jsonBody } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import type { UserRow } from "./repository.users.ts";
import * as shared from "./schemas.ts";
import * as schemas from "./schemas.contacts.ts";
import { accepted, verified } from "./schemas.sign-in.ts";
import * as service from "./service.contacts.ts";

const raised = { access: signedIn(null, { stepUp: true }), limit: "auth" } as const;
const mine = { access: signedIn(null), limit: "auth" } as const;
const tag = { tags: ["Profile"] as [string] };

async function present(ctx: Ctx, user: UserRow): Promise<z.infer<typeof verified>> {
  return { user: shared.presentUser(user, await ctx.composition.userFields(ctx, user.id)) };
}

const requestEmail = defineRoute(
  { operation: "requestEmail", ...raised },
  {
    ...tag,
    method: "post",
    path: "/me/email",
    summary: "Change your e-mail address",
    description: "The new address gets a mail with a link; the old one stays until that is used, and is told then.",
    request: { body: jsonBody(schemas.changeEmail) },
    responses: { 202: jsonAnswer("A mail is on its way to the new address.", accepted) },
  },
  async (c) => {
    await service.requestEmail(c.get("ctx"), shared.toEmail(c.req.valid("json").email));
    return c.json({ status: "accepted" as const }, 202);
  },
);

const confirmEmail = defineRoute(
  { operation: "confirmEmail", ...mine },
  {
    ...tag,
    method: "post",
    path: "/me/email/confirm",
    summary: "Prove the new address with the token from its mail",
    request: { body: jsonBody(schemas.confirmEmail) },
    responses: { 200: jsonAnswer("The account with its new address.", verified) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(await present(ctx, await service.confirmEmail(ctx, c.req.valid("json").token)), 200);
  },
);

const requestPhone = defineRoute(
  { operation: "requestPhone", ...raised },
  {
    ...tag,
    method: "post",
    path: "/me/phone",
    summary: "Change your phone number",
    request: { body: jsonBody(schemas.changePhone) },
    responses: { 202: jsonAnswer("A code is on its way to the new number.", accepted) },
  },
  async (c) => {
    await service.requestPhone(c.get("ctx"), schemas.toPhone(c.req.valid("json").phone));
    return c.json({ status: "accepted" as const }, 202);
  },
);

const confirmPhone = defineRoute(
  { operation: "confirmPhone", ...mine },
  {
    ...tag,
    method: "post",
    path: "/me/phone/confirm",
    summary: "Prove the new number with the code that was sent to it",
    request: { body: jsonBody(schemas.confirmPhone) },
    responses: {
      200: jsonAnswer("The account with its new number.", verified),
      409: { description: "The number is another account's only way in." },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(await present(ctx, await service.confirmPhone(ctx, c.req.valid("json").code)), 200);
  },
);

export const contactRoutes = [requestEmail, confirmEmail, requestPhone, confirmPhone] as const;
