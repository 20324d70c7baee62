import type { SendOutcome } from "#platform/send-outcome";
import { assertHeaderText } from "./headers.ts";
import type { Mail, Mailbox, Mailer } from "./mailer.ts";
import { messageIdOf } from "./mailer.ts";

/** Mail by Cloudflare's `send_email` binding. Its errors carry a code when the service itself refused. */
export function createCloudflareMailer(binding: SendEmail, timeoutMs: number): Mailer {
  return { name: "cloudflare", send: async (mail) => await inTime(send(binding, mail), timeoutMs) };
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
  try {
    const result = await binding.send(message);
    return { state: "sent", reference: result.messageId };
  } catch (error) {
    return toOutcome(error);
  }
}

async function inTime(work: Promise<SendOutcome>, timeoutMs: number): Promise<SendOutcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, { state: "unknown", reason: "timed_out" });
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
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
