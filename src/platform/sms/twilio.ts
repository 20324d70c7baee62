import { z } from "zod";
import type { MessagingConfig } from "#platform/env.messaging";
import type { SendOutcome } from "#platform/send-outcome";
import { outcomeOf, readField } from "#platform/send-outcome";
import { callVendor } from "#platform/vendor-call";
import type { Sms, Texter } from "./texter.ts";

type TwilioConfig = NonNullable<MessagingConfig["sms"]["twilio"]>;

/** Twilio's codes for numbers that do not exist, cannot get SMS, or have asked for none. */
const BAD_NUMBER: ReadonlySet<number> = new Set([21211, 21214, 21217, 21610, 21614]);

/** SMS by Twilio's HTTP API, which knows no idempotency key: what may have been taken is never sent again. */
export function createTwilioTexter(config: TwilioConfig): Texter {
  return { name: "twilio", send: async (sms) => await send(config, sms) };
}

async function send(config: TwilioConfig, sms: Sms): Promise<SendOutcome> {
  const sender = config.from.startsWith("MG") ? { MessagingServiceSid: config.from } : { From: config.from };
  const answer = await callVendor({
    method: "POST",
    timeoutMs: config.timeoutMs,
    url: `${config.base}/2010-04-01/Accounts/${encodeURIComponent(config.accountSid)}/Messages.json`,
    headers: {
      Authorization: `Basic ${btoa(`${config.accountSid}:${config.authToken}`)}`,
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ To: sms.to, Body: sms.text, ...sender }).toString(),
  });
  const code =
    answer.state === "answered" && answer.status === 400 ? readField(answer.body, "code", z.int()) : undefined;
  if (code !== undefined && BAD_NUMBER.has(code)) return { state: "undeliverable", reason: `twilio_${code}` };
  return outcomeOf(answer, "sid");
}
