import type { MessagingConfig } from "#platform/env.messaging";
import type { SendOutcome } from "#platform/send-outcome";
import { outcomeOf } from "#platform/send-outcome";
import { callVendor } from "#platform/vendor-call";
import { assertHeaderText, writeMailbox } from "./headers.ts";
import type { Mail, Mailer } from "./mailer.ts";
import { messageIdOf } from "./mailer.ts";

type ResendConfig = NonNullable<MessagingConfig["mail"]["resend"]>;

/** Mail by Resend's HTTP API. It keeps an idempotency key for a day, within which a repeat sends nothing new. */
export function createResendMailer(config: ResendConfig): Mailer {
  return { name: "resend", send: async (mail) => await send(config, mail) };
}

async function send(config: ResendConfig, mail: Mail): Promise<SendOutcome> {
  const answer = await callVendor({
    method: "POST",
    timeoutMs: config.timeoutMs,
    url: `${config.base}/emails`,
    headers: {
      Authorization: `Bearer ${config.key}`,
      "Content-Type": "application/json",
      "Idempotency-Key": mail.id,
    },
    body: JSON.stringify({
      from: writeMailbox(mail.from),
      to: [writeMailbox(mail.to)],
      subject: assertHeaderText(mail.subject),
      text: mail.text,
      html: mail.html,
      headers: { ...mail.headers, "Message-ID": messageIdOf(mail) },
    }),
  });
  return outcomeOf(answer, "id");
}
