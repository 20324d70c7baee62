import { jsonAnswer, jsonBody } from "#platform/http/fields";
import { anyone, defineRoute } from "#platform/http/route";
import { presentSignIn } from "./routes.sign-in.ts";
import * as contacts from "./schemas.contacts.ts";
import * as schemas from "./schemas.sign-in.ts";
import * as service from "./service.otp.ts";

const open = { access: anyone, limit: "auth", duringMaintenance: true } as const;
const tag = { tags: ["Sign-in"] as [string] };

const requestOtp = defineRoute(
  { operation: "requestOtp", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/otp",
    summary: "Have a code sent to a phone",
    description:
      "Always answered alike. A code is good for five minutes and five tries; another one is sent after a minute at the earliest, and three an hour.",
    request: { body: jsonBody(contacts.requestOtp) },
    responses: { 202: jsonAnswer("If the number may have a code now, it is on its way.", schemas.accepted) },
  },
  async (c) => {
    await service.requestOtp(c.get("ctx"), contacts.toPhone(c.req.valid("json").phone));
    return c.json({ status: "accepted" as const }, 202);
  },
);

const verifyOtp = defineRoute(
  { operation: "verifyOtp", ...open },
  {
    ...tag,
    method: "post",
    path: "/auth/otp/verify",
    summary: "Sign in with the code that was sent",
    description: "A number without an account gets one, with `acceptTerms: true`.",
    request: { body: jsonBody(contacts.verifyOtp) },
    responses: { 200: jsonAnswer("A session, or the question for the second factor.", schemas.signInAnswer) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { phone, code, referralCode, acceptTerms } = c.req.valid("json");
    const { isNewUser, ...answer } = await service.verifyOtp(ctx, {
      phone: contacts.toPhone(phone),
      code,
      referralCode: referralCode ?? null,
      acceptTerms: acceptTerms ?? false,
    });
    const presented = await presentSignIn(ctx, answer);
    return c.json("accessToken" in presented ? { ...presented, isNewUser } : presented, 200);
  },
);

export const otpRoutes = [requestOtp, verifyOtp] as const;
