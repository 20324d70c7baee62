import { DAY, toTimestamp } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import type { GatewayName } from "./gateway.ts";
import { listGateways } from "./gateways.ts";
import { lastReceived } from "./repository.webhooks.ts";

const SECRET_LENGTH = 16;
const SILENT_AFTER = 3 * DAY;

/** Whether the gateways are set up, with keys that are meant for this environment, and heard of lately. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const names = listGateways(ctx).map(({ name }) => name);
  const heard = await lastReceived(ctx);
  return [secretsItem(ctx, names), webhooksItem(ctx, names, heard)];
}

const isWeak = (secret: string): boolean => secret.length < SECRET_LENGTH || /development|test|secret/i.test(secret);

function faultOf(name: string, secrets: readonly string[]): string[] {
  if (secrets.length === 0) return [`${name} is missing`];
  return secrets.some(isWeak) ? [`${name} is weak`] : [];
}

/** What is wrong with the keys, each in words that hold no value. */
function faultsOf(ctx: Ctx): string[] {
  const { stripe, razorpay, stripeWebhook, razorpayWebhook } = ctx.config.payments;
  const real = !ctx.config.development;
  const faults: string[] = [];
  if (stripe) faults.push(...faultOf("STRIPE_WEBHOOK_SECRET", stripeWebhook.secrets));
  if (razorpay) faults.push(...faultOf("RAZORPAY_WEBHOOK_SECRET", razorpayWebhook.secrets));
  if (real && stripe?.key.includes("_test_") === true) faults.push("STRIPE_SECRET_KEY is a test key");
  if (real && razorpay?.keyId.includes("_test_") === true) faults.push("RAZORPAY_KEY_ID is a test key");
  return faults;
}

function secretsItem(ctx: Ctx, names: readonly GatewayName[]): ReadinessItem {
  const real = names.filter((name) => name !== "sandbox");
  const faults = faultsOf(ctx);
  return {
    id: "gateways.secrets",
    group: "payments",
    title: "Payment gateways have strong secrets of their own",
    status: faults.length > 0 ? "fail" : real.length === 0 ? "warn" : "pass",
    evidence: faults.length > 0 ? `${faults.join("; ")}.` : `Set up: ${real.join(", ") || "none"}.`,
    fix: "Set keys and webhook secrets with `wrangler secret put`, as the runbook says.",
  };
}

function webhooksItem(ctx: Ctx, names: readonly GatewayName[], heard: ReadonlyMap<string, number>): ReadinessItem {
  const real = names.filter((name) => name !== "sandbox");
  const silent = real.filter((name) => (heard.get(name) ?? 0) < ctx.now() - SILENT_AFTER);
  const told = real.map((name) => `${name}: ${heard.has(name) ? toTimestamp(heard.get(name) ?? 0) : "never"}`);
  return {
    id: "gateways.webhooks",
    group: "payments",
    title: "Payment gateways were heard of within three days",
    status: real.length === 0 || silent.length > 0 ? "warn" : "pass",
    evidence: told.length === 0 ? "No gateway is set up." : `Last event of ${told.join(", ")}.`,
    fix: "Look at the webhook's deliveries in the gateway's dashboard; it switches off what fails for long.",
  };
}
