import type { Ctx } from "#platform/ctx";
import { createCloudflareMailer } from "#platform/mail/cloudflare";
import type { Mailer } from "#platform/mail/mailer";
import { createResendMailer } from "#platform/mail/resend";
import { createSmtpMailer } from "#platform/mail/smtp";
import { createGatewayTexter } from "#platform/sms/gateway";
import type { Texter } from "#platform/sms/texter";
import { createTwilioTexter } from "#platform/sms/twilio";

/** The mailers that are configured, in the order of use. */
export function mailersOf(ctx: Ctx): Mailer[] {
  const { smtp, resend, order, timeoutMs } = ctx.config.messaging.mail;
  const binding = (ctx.env as { EMAIL?: SendEmail }).EMAIL;
  const configured = [
    ...(smtp ? [createSmtpMailer(smtp)] : []),
    ...(resend ? [createResendMailer(resend)] : []),
    ...(binding ? [createCloudflareMailer(binding, timeoutMs)] : []),
  ];
  return inOrder(configured, order);
}

/** The texters that are configured, in the order of use. */
export function textersOf(ctx: Ctx): Texter[] {
  const { twilio, gateway, order } = ctx.config.messaging.sms;
  const configured = [
    ...(twilio ? [createTwilioTexter(twilio)] : []),
    ...(gateway ? [createGatewayTexter(gateway)] : []),
  ];
  return inOrder(configured, order);
}

function inOrder<P extends { readonly name: string }>(configured: readonly P[], order: readonly string[]): P[] {
  if (order.length === 0) return [...configured];
  return order.flatMap((name) => configured.find((provider) => provider.name === name) ?? []);
}
