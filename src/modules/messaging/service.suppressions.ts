import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { withActor } from "#platform/ctx";
import type { SignedCall } from "#platform/mail/resend-webhook";
import { isFromResend, readComplaint } from "#platform/mail/resend-webhook";
import { suppress } from "./repository.sending.ts";
import { isMailAddress } from "./rules.ts";

/** Writes off the addresses that Resend says have bounced or complained. A repeat changes nothing. */
export async function takeResendEvent(ctx: Ctx, call: SignedCall): Promise<"taken" | "forged" | "unconfigured"> {
  const secret = ctx.config.messaging.mail.resendWebhookSecret;
  if (secret === null) return "unconfigured";
  if (!(await isFromResend(secret, call, ctx.now()))) return "forged";
  const complaint = readComplaint(call.body);
  const statements = (complaint?.recipients ?? [])
    .filter(isMailAddress)
    .map((recipient) => suppress(ctx, recipient, complaint?.reason ?? "complained"));
  if (statements.length > 0) await commit(withActor(ctx, { kind: "webhook", vendor: "resend" }), statements);
  return "taken";
}
