import { given } from "#kernel/given";
import type { MessagingConfig } from "#platform/env.messaging";
import type { SendOutcome } from "#platform/send-outcome";
import { outcomeOf } from "#platform/send-outcome";
import { callVendor } from "#platform/vendor-call";
import type { Sms, Texter } from "./texter.ts";

type GatewayConfig = NonNullable<MessagingConfig["sms"]["gateway"]>;

/**
 * SMS by any gateway that takes `POST /messages` with a JSON body and answers 2xx once it has the message. India's
 * operators drop what does not name its sender's entity and its text's template, so both travel along.
 */
export function createGatewayTexter(config: GatewayConfig): Texter {
  return { name: "gateway", send: async (sms) => await send(config, sms) };
}

async function send(config: GatewayConfig, sms: Sms): Promise<SendOutcome> {
  const template = config.dltTemplates.get(sms.kind);
  const answer = await callVendor({
    method: "POST",
    timeoutMs: config.timeoutMs,
    url: `${config.base}/messages`,
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": sms.id,
      ...(config.key === null ? {} : { Authorization: `Bearer ${config.key}` }),
    },
    body: JSON.stringify({
      to: sms.to,
      text: sms.text,
      reference: sms.id,
      ...(config.sender === null ? {} : { from: config.sender }),
      ...(config.dltEntityId === null ? {} : { dltEntityId: config.dltEntityId }),
      ...given({ dltTemplateId: template }),
    }),
  });
  return outcomeOf(answer, "id");
}
