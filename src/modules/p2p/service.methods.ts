import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { PaymentMethod } from "./repository.methods.ts";
import * as repository from "./repository.methods.ts";

/** The ways to pay that are in use, in one fiat or in all. */
export async function listMethods(ctx: Ctx, fiat: string | null): Promise<PaymentMethod[]> {
  return (await repository.listMethods(ctx, fiat)).filter(({ active }) => active);
}

/** All of them, for operators. */
export async function listAllMethods(ctx: Ctx): Promise<PaymentMethod[]> {
  return await repository.listMethods(ctx, null);
}

/** Puts a way to pay down or changes it, by an operator. Ads that name one that is switched off are not taken by it. */
export async function putMethod(ctx: Ctx, row: PaymentMethod): Promise<PaymentMethod> {
  const { fiat, method } = row;
  const before = await repository.findMethod(ctx, fiat, method);
  await commit(ctx, [repository.putMethod(ctx, row)], {
    audit: { action: "paymentMethod.updated", target: `${fiat}/${method}`, before, after: row },
  });
  return row;
}
