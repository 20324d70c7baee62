import { Problem } from "#kernel/problem";
import type { Ctx } from "#platform/ctx";
import { meterOf } from "#platform/metrics";

/** Counts a try to sign in by what came of it. */
export async function countSignIn<T extends { readonly kind: "session" | "mfa" }>(
  ctx: Ctx,
  way: "password" | "second_factor" | "sms_code",
  signIn: Promise<T>,
): Promise<T> {
  let outcome = "error";
  try {
    const answer = await signIn;
    outcome = answer.kind === "mfa" ? "second_factor_asked" : "ok";
    return answer;
  } catch (error) {
    if (error instanceof Problem) outcome = error.code;
    throw error;
  } finally {
    meterOf(ctx.env).add("signIns", [way, outcome]);
  }
}
