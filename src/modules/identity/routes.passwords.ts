import { jsonAnswer, jsonBody } from "#platform/http/fields";
import { anyone, defineRoute, signedIn } from "#platform/http/route";
import * as shared from "./schemas.ts";
import * as schemas from "./schemas.sign-in.ts";
import { requestMail } from "./service.mails.ts";
import * as service from "./service.passwords.ts";

const open = { access: anyone, limit: "auth", duringMaintenance: true } as const;
const tag = { tags: ["Sign-in"] as [string] };

const forgotPassword = defineRoute(
  { operation: "forgotPassword", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/password/forgot",
    summary: "Ask for a mail with which to choose a new password",
    request: { body: jsonBody(schemas.emailOnly) },
    responses: { 202: jsonAnswer("Where there is an account, a mail is on its way.", schemas.accepted) },
  },
  async (c) => {
    await requestMail(c.get("ctx"), { kind: "reset", email: shared.toEmail(c.req.valid("json").email) });
    return c.json({ status: "accepted" as const }, 202);
  },
);

const resetPassword = defineRoute(
  { operation: "resetPassword", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/password/reset",
    summary: "Choose a new password with the token from the mail",
    description: "All sessions end. Nobody is signed in by it, and a second factor stays on.",
    request: { body: jsonBody(schemas.resetPassword) },
    responses: { 204: { description: "The password is set." } },
  },
  async (c) => {
    await service.resetPassword(c.get("ctx"), c.req.valid("json"));
    return c.body(null, 204);
  },
);

const changePassword = defineRoute(
  { operation: "changePassword", access: signedIn(null), limit: "auth" },
  {
    ...tag,
    method: "post",
    path: "/auth/password/change",
    summary: "Change your password",
    description: "All other sessions end.",
    request: { body: jsonBody(schemas.changePassword) },
    responses: { 204: { description: "The password is changed." } },
  },
  async (c) => {
    const { currentPassword, newPassword } = c.req.valid("json");
    await service.changePassword(c.get("ctx"), { currentPassword: currentPassword ?? null, newPassword });
    return c.body(null, 204);
  },
);

export const passwordRoutes = [forgotPassword, resetPassword, changePassword] as const;
