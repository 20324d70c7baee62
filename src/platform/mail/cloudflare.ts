import { SECOND } from "#kernel/time";
import type { SendOutcome } from "#platform/send-outcome";
import { assertHeaderText } from "./headers.ts";
import type { Mail, Mailbox, Mailer } from "./mailer.ts";
import { messageIdOf } from "./mailer.ts";

const TIMEOUT_MS = 15 * SECOND;

/** Mail by Cloudflare's `send_email` binding. Its errors carry a code when the service itself refused. */
export function createCloudflareMailer(binding: SendEmail): Mailer {
  return { name: "cloudflare", send: async (mail) => await send(binding, mail) };
}

async function send(binding: SendEmail, mail: Mail): Promise<SendOutcome> {
  const headers = { ...mail.headers, "Message-ID": messageIdOf(mail) };
  const message = {
    from: toAddress(mail.from),
    to: toAddress(mail.to),
    subject: assertHeaderText(mail.subject),
    text: mail.text,
    html: mail.html,
    headers,
  };
  const late = new Promise<null>((resolve) => setTimeout(resolve, TIMEOUT_MS, null));
  try {
    const result = await Promise.race([binding.send(message), late]);
    if (result === null) return { state: "unknown", reason: "timed_out" };
    return { state: "sent", reference: result.messageId };
  } catch (error) {
    return toOutcome(error);
  }
}

function toAddress({ name, address }: Mailbox): string | EmailAddress {
  assertHeaderText(address);
  return name === null ? address : { name: assertHeaderText(name), email: address };
}

function toOutcome(error: unknown): SendOutcome {
  const code: unknown = error instanceof Error && "code" in error ? error.code : null;
  if (typeof code !== "string" || !/^E_[A-Z_]{1,60}$/.test(code))
    return { state: "unknown", reason: "connection_lost" };
  return { state: code === "E_RECIPIENT_SUPPRESSED" ? "undeliverable" : "refused", reason: code.toLowerCase() };
}
