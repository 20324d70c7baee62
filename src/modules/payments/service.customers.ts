import type { Id } from "#kernel/ids";
import type { Gateway, GatewayName } from "#modules/gateways";
import { findGateway, GatewayFailure } from "#modules/gateways";
import { findContact } from "#modules/messaging";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { problems } from "./errors.ts";
import * as repository from "./repository.ts";

/** The gateway that somebody asked for, if this installation has it. */
export function gatewayFor(ctx: Ctx, provider: GatewayName): Gateway {
  const gateway = findGateway(ctx, provider);
  if (!gateway) throw problems.providerUnavailable({ detail: `\`${provider}\` is not set up here.` });
  return gateway;
}

const RETRY_AFTER_SECONDS = 10;

/** Calls a vendor for somebody who waits for the answer, and says what went wrong in our own words. */
export async function asking<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    if (error.state === "declined")
      throw problems.gatewayDeclined({ extra: { reason: error.code }, detail: "Nothing was charged.", cause: error });
    if (error.state === "missing") throw problems.customerNotFound({ cause: error });
    throw problems.gatewayUnavailable({
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      detail: "Repeat this with the same Idempotency-Key: nothing is charged twice.",
      cause: error,
    });
  }
}

/** Who a user is at a vendor that keeps customers; made there at the first need, under a key that follows from the user. */
export async function ensureCustomer(ctx: Ctx, userId: Id<"user">, gateway: Gateway): Promise<string | null> {
  if (gateway.createCustomer === null) return null;
  const known = await repository.findCustomer(ctx, userId, gateway.name);
  if (known !== null) return known;
  const contact = await findContact(ctx, userId);
  const email = contact?.email ?? null;
  const request = { key: userId, userId, email, name: contact?.name ?? null };
  const vendorId = await gateway.createCustomer(ctx, request);
  await commit(ctx, [repository.insertCustomer(ctx, { userId, provider: gateway.name, vendorId })], { partial: true });
  return vendorId;
}
