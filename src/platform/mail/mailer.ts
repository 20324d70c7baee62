import type { SendOutcome } from "#platform/send-outcome";

export interface Mailbox {
  readonly name: string | null;
  readonly address: string;
}

/** One mail to one person. Subject, names and addresses are plain text; each mailer encodes them its own way. */
export interface Mail {
  /** The same for every try: idempotency key, and the left part of the Message-ID. */
  readonly id: string;
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Further headers in plain ASCII, such as those of one-click unsubscribing. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it was written, which is the same for every try as well. */
  readonly date: Date;
}

/** A way to send mail. Never throws over a vendor's failure: the outcome says what is known. */
export interface Mailer {
  readonly name: "smtp" | "resend" | "cloudflare";
  send(mail: Mail): Promise<SendOutcome>;
}

/** The same for every try, so that a mailbox which sees a mail twice can drop one. */
export function messageIdOf(mail: Mail): string {
  return `<${mail.id}@${mail.from.address.slice(mail.from.address.lastIndexOf("@") + 1)}>`;
}
