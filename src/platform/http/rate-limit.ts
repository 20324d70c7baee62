import type { Ctx } from "../ctx.ts";
import type { LimitClass } from "../limits.ts";
import type { HttpContext } from "./env.ts";

export async function limitRate(_c: HttpContext, _ctx: Ctx, _limit: LimitClass): Promise<void> {}
