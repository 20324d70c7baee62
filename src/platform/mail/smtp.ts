import { Email } from "worker-mailer";
import type { SmtpConfig } from "#platform/env.messaging";
import type { SendOutcome } from "#platform/send-outcome";
import { assertHeaderText, encodeMailbox, encodeText } from "./headers.ts";
import type { Mail, Mailer } from "./mailer.ts";
import { messageIdOf } from "./mailer.ts";
import type { SmtpReply, SmtpSession } from "./smtp-session.ts";
import { openSession, SmtpFailure } from "./smtp-session.ts";

/** Enhanced status codes (RFC 3463) that say that nobody lives at the address. */
const BAD_ADDRESS = /^5\.1\.(?:1|2|3|10)\b/;

/** Mail over SMTP. Until the mail itself is written, every failure is certain; after that, only an answer is. */
export function createSmtpMailer(config: SmtpConfig): Mailer {
  return { name: "smtp", send: async (mail) => await send(config, mail) };
}

async function send(config: SmtpConfig, mail: Mail): Promise<SendOutcome> {
  const payload = writePayload(mail);
  const clientName = mail.from.address.slice(mail.from.address.lastIndexOf("@") + 1);
  let session: SmtpSession | null = null;
  let handedOver = false;
  try {
    session = await openSession(config, clientName);
    await session.command(`MAIL FROM:<${mail.from.address}>`, "2");
    await session.command(`RCPT TO:<${mail.to.address}>`, "2");
    await session.command("DATA", "3");
    handedOver = true;
    const reply = await session.data(payload);
    return { state: "sent", reference: reply.text.slice(0, 200) || null };
  } catch (error) {
    return toOutcome(error, handedOver);
  } finally {
    await session?.close();
  }
}

function toOutcome(error: unknown, handedOver: boolean): SendOutcome {
  if (!(error instanceof SmtpFailure)) return { state: handedOver ? "unknown" : "refused", reason: "connection_lost" };
  const { reason, reply } = error;
  if (reply === null) return { state: handedOver ? "unknown" : "refused", reason };
  return isBadAddress(reply) ? { state: "undeliverable", reason } : { state: "refused", reason };
}

function isBadAddress({ code, text }: SmtpReply): boolean {
  return code >= 550 && code <= 553 && BAD_ADDRESS.test(text);
}

/** The mail in MIME, both of its parts, ended by its dot. */
function writePayload(mail: Mail): string {
  const headers: Record<string, string> = {
    From: encodeMailbox(mail.from),
    To: encodeMailbox(mail.to),
    Subject: encodeText(mail.subject),
    "Message-ID": messageIdOf(mail),
    Date: mail.date.toUTCString().replace("GMT", "+0000"),
  };
  for (const [name, value] of Object.entries(mail.headers)) headers[name] = assertHeaderText(value);
  const { from, to, text, html } = mail;
  return new Email({ from: from.address, to: to.address, subject: "", text, html, headers }).getEmailData();
}
