import { z } from "@hono/zod-openapi";
import type { AmountError, AmountRules, Asset } from "#kernel/money";
import { parseAmount } from "#kernel/money";
import { http } from "./problems.ts";

/** An amount on the wire. What it counts says another field, so it is read by `readAmount` once that is known. */
export const amountText = z
  .string()
  .min(1)
  .max(40)
  .openapi({ description: "An exact decimal, with no more decimals than the asset has.", example: "12.50" });

const MESSAGES: Readonly<Record<AmountError, string>> = {
  amount_malformed: "Write a plain decimal such as 12.50: no exponent, sign, blank or leading zero.",
  too_many_decimals: "This has more decimals than the asset.",
  amount_zero: "This must not be zero.",
  amount_negative: "This must be above zero.",
  amount_too_large: "This is more than the asset allows.",
};

/**
 * Reads an amount into minor units.
 *
 * @param path where it stands in the body, for the 422 of one that is none
 */
export function readAmount(text: string, asset: Asset, options: AmountRules & { readonly path?: string } = {}): number {
  const parsed = parseAmount(text, asset, options);
  if (parsed.ok) return parsed.minor;
  const { path = "amount" } = options;
  const message = MESSAGES[parsed.error];
  throw http.validationFailed({
    detail: `${path}: ${message}`,
    code: parsed.error,
    errors: [{ path, code: parsed.error, message }],
  });
}
