import { jsonAnswer, jsonBody } from "#platform/http/fields";
import { anyone, defineRoute } from "#platform/http/route";
import * as shared from "./schemas.ts";
import * as schemas from "./schemas.sign-in.ts";
import * as mails from "./service.mails.ts";
import * as service from "./service.registration.ts";

const open = { access: anyone, limit: "auth", duringMaintenance: true } as const;
const tag = { tags: ["Sign-in"] as [string] };

const registerUser = defineRoute(
  { operation: "registerUser", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/register",
    summary: "Open an account",
    description:
      "The answer is the same whether or not the address has an account; its owner gets the mail that fits. The account exists once the address is proven.",
    request: { body: jsonBody(schemas.register) },
    responses: { 202: jsonAnswer("A mail is on its way.", schemas.sent) },
  },
  async (c) => {
    const { email, password, name, referralCode } = c.req.valid("json");
    await service.registerUser(c.get("ctx"), {
      email: shared.toEmail(email),
      password,
      name: name ?? null,
      referralCode: referralCode ?? null,
    });
    return c.json({ status: "verification_sent" as const }, 202);
  },
);

const verifyEmail = defineRoute(
  { operation: "verifyEmail", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/verify-email",
    summary: "Prove an address with the token from its mail",
    request: { body: jsonBody(schemas.verifyEmail) },
    responses: { 200: jsonAnswer("The account that is now there.", schemas.verified) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const user = await service.verifyEmail(ctx, c.req.valid("json").token);
    return c.json({ user: shared.presentUser(user, await ctx.composition.userFields(ctx, user.id)) }, 200);
  },
);

const resendVerification = defineRoute(
  { operation: "resendVerification", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/verify-email/resend",
    summary: "Ask for the mail with the link once more",
    request: { body: jsonBody(schemas.emailOnly) },
    responses: { 202: jsonAnswer("Where a registration waits, a mail is on its way.", schemas.accepted) },
  },
  async (c) => {
    await mails.requestMail(c.get("ctx"), { kind: "verification", email: shared.toEmail(c.req.valid("json").email) });
    return c.json({ status: "accepted" as const }, 202);
  },
);

export const registrationRoutes = [registerUser, verifyEmail, resendVerification] as const;
