import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { mailersOf, textersOf } from "./providers.ts";

/** Whether mail and SMS can leave, and whether one provider's outage is covered by another. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const mail = mailersOf(ctx).map(({ name }) => name);
  const sms = textersOf(ctx).map(({ name }) => name);
  return await Promise.resolve([
    {
      id: "messaging-mail",
      group: "mail",
      title: "Mail has a provider, and a second one",
      status: statusOf(mail, "fail"),
      evidence: mail.length === 0 ? "No provider is configured." : `Configured: ${mail.join(", ")}.`,
      fix: "Set SMTP_HOST, RESEND_API_KEY or the EMAIL binding; two of them cover each other.",
    },
    {
      id: "messaging-sms",
      group: "mail",
      title: "SMS has a provider, and a second one",
      status: statusOf(sms, "warn"),
      evidence: sms.length === 0 ? "No provider is configured." : `Configured: ${sms.join(", ")}.`,
      fix: "Set Twilio's credentials or SMS_API_BASE; without either, nobody can sign in by phone.",
    },
  ]);
}

function statusOf(names: readonly string[], none: "fail" | "warn"): ReadinessItem["status"] {
  if (names.length === 0) return none;
  return names.length === 1 ? "warn" : "pass";
}
