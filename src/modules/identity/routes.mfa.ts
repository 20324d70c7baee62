import { jsonAnswer, jsonBody } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.mfa.ts";
import * as service from "./service.mfa.ts";
import { stepUp as raise } from "./service.step-up.ts";

const mine = { access: signedIn(null), limit: "auth" } as const;
const tag = { tags: ["Second factor"] as [string] };
const refusals = { 409: { description: "Not in the present state of the factor." } };

const stepUp = defineRoute(
  { operation: "stepUp", ...mine },
  {
    ...tag,
    method: "post",
    path: "/auth/step-up",
    summary: "Raise this session for five minutes",
    description:
      "Payouts, withdrawals and other things that hurt need it. Where two factors are on, only they raise it.",
    request: { body: jsonBody(schemas.stepUp) },
    responses: { 204: { description: "The session is raised." } },
  },
  async (c) => {
    await raise(c.get("ctx"), schemas.toStepUp(c.req.valid("json")));
    return c.body(null, 204);
  },
);

const enrolTotp = defineRoute(
  { operation: "enrolTotp", ...mine },
  {
    ...tag,
    method: "post",
    path: "/auth/mfa/totp",
    summary: "Begin to set up an authenticator",
    description: "Needs a session that was begun or raised within five minutes; raised, where a factor is replaced.",
    responses: { 200: jsonAnswer("What the authenticator needs.", schemas.enrolment) },
  },
  async (c) => c.json(await service.enrolTotp(c.get("ctx"), undefined), 200),
);

const confirmTotp = defineRoute(
  { operation: "confirmTotp", ...mine },
  {
    ...tag,
    method: "post",
    path: "/auth/mfa/totp/confirm",
    summary: "Turn two factors on with the first code",
    description: "All other sessions end.",
    request: { body: jsonBody(schemas.codeOnly) },
    responses: { 200: jsonAnswer("Codes for when the authenticator is lost.", schemas.recoveryCodes), ...refusals },
  },
  async (c) => c.json({ recoveryCodes: [...(await service.confirmTotp(c.get("ctx"), c.req.valid("json").code))] }, 200),
);

const disableTotp = defineRoute(
  { operation: "disableTotp", ...mine },
  {
    ...tag,
    method: "delete",
    path: "/auth/mfa/totp",
    summary: "Turn two factors off",
    request: { body: jsonBody(schemas.codeOnly) },
    responses: { 204: { description: "They are off." }, ...refusals },
  },
  async (c) => {
    await service.disableTotp(c.get("ctx"), c.req.valid("json").code);
    return c.body(null, 204);
  },
);

const renewRecoveryCodes = defineRoute(
  { operation: "renewRecoveryCodes", ...mine },
  {
    ...tag,
    method: "post",
    path: "/auth/mfa/recovery-codes",
    summary: "Get ten new recovery codes",
    request: { body: jsonBody(schemas.codeOnly) },
    responses: { 200: jsonAnswer("The new codes; the old ones are void.", schemas.recoveryCodes), ...refusals },
  },
  async (c) =>
    c.json({ recoveryCodes: [...(await service.renewRecoveryCodes(c.get("ctx"), c.req.valid("json").code))] }, 200),
);

export const mfaRoutes = [stepUp, enrolTotp, confirmTotp, disableTotp, renewRecoveryCodes] as const;
