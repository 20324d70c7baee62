import { z } from "@hono/zod-openapi";
import { findAccountByEmail } from "#modules/identity";
import { JSON_LIMIT_BYTES, readJsonBody } from "#platform/http/body";
import type { HttpContext } from "#platform/http/env";
import { amountText, readAmount } from "#platform/http/money";
import type { RootRoute } from "#platform/http/root-route";
import { toValidationProblem } from "#platform/http/validation";
import { problems } from "./errors.ts";
import { presentDeposit } from "./schemas.ts";
import { assetCode } from "./schemas.ts";
import { fundWallet } from "./service.deposits.ts";
import { walletAsset } from "./service.wallets.ts";

const funding = z.strictObject({ email: z.string().min(1).max(320), asset: assetCode, amount: amountText });

/** The faucet of the sandbox network. */
async function fund(c: HttpContext): Promise<Response> {
  const ctx = c.get("ctx");
  const parsed = funding.safeParse(await readJsonBody(c, JSON_LIMIT_BYTES));
  if (!parsed.success) throw toValidationProblem(parsed.error, "json");
  const { email, asset, amount } = parsed.data;
  const minor = readAmount(amount, walletAsset(ctx, asset).ledger);
  const account = await findAccountByEmail(ctx, email);
  if (!account) throw problems.userNotFound();
  return c.json(presentDeposit(await fundWallet(ctx, { userId: account.id, asset, amount: minor })), 201);
}

export const developmentRoutes: readonly RootRoute[] = [
  { method: "POST", path: "/dev/fund", limit: "exempt", developmentOnly: true, handler: fund },
];
