import { SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { z } from "zod";
import { problems } from "./errors.ts";

const TIMEOUT_MS = 15 * SECOND;
const MAX_BYTES = 32 * 1024 * 1024;

export interface VendorCall {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Asks the provider, and hands on only what has the shape that was agreed. Redirects are not followed. */
export async function readVendor<S extends z.ZodType>(ctx: Ctx, schema: S, call: VendorCall): Promise<z.output<S>> {
  const url = new URL(call.path, ctx.config.marketApiBase ?? "http://unset.invalid");
  for (const [name, value] of Object.entries(call.query)) url.searchParams.set(name, value);
  const answer = await fetch(url, {
    headers: credentials(ctx),
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw unavailable(cause);
  });
  if (!answer.ok || Number(answer.headers.get("Content-Length") ?? 0) > MAX_BYTES) {
    await answer.body?.cancel();
    throw unavailable(new Error(`The provider answered ${answer.status}.`));
  }
  const parsed = schema.safeParse(await answer.json().catch(() => null));
  if (!parsed.success) throw unavailable(new Error("The provider's answer has another shape than agreed."));
  return parsed.data;
}

function credentials(ctx: Ctx): Record<string, string> {
  const { marketApiKey, marketApiSecret } = ctx.config;
  if (marketApiKey === null) return {};
  if (marketApiSecret === null) return { Authorization: `Bearer ${marketApiKey}` };
  return { "APCA-API-KEY-ID": marketApiKey, "APCA-API-SECRET-KEY": marketApiSecret };
}

function unavailable(cause: unknown): Error {
  return problems.providerUnavailable({ detail: "It is asked again in ten minutes.", cause });
}
