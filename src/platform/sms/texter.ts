import type { SendOutcome } from "#platform/send-outcome";

/** One SMS to one phone. */
export interface Sms {
  /** The same for every try. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
  /** What it is about, by which gateways in India find the registered template. */
  readonly kind: string;
}

/** A way to send SMS. Never throws over a vendor's failure: the outcome says what is known. */
export interface Texter {
  readonly name: "twilio" | "gateway";
  send(sms: Sms): Promise<SendOutcome>;
}
