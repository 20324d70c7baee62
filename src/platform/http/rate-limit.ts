import type { Ctx } from "#platform/ctx";
import type { LimitClass } from "#platform/limits";
import type { HttpContext } from "./env.ts";

export async function limitRate(_c: HttpContext, _ctx: Ctx, _limit: LimitClass): Promise<void> {}
