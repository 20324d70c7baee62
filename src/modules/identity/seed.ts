import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { DEMO_PASSWORD, DEMO_TOTP_SECRET, DEMO_USERS } from "./demo.ts";
import { publishContact } from "./notices.ts";
import { hashPassword } from "./password-hash.ts";
import { factorPlace, insertFactor } from "./repository.factors.ts";
import { findUserByEmail, insertUser } from "./repository.users.ts";
import { newUser } from "./service.registration.ts";

export async function seed(ctx: Ctx, { demo }: { readonly demo: boolean }): Promise<void> {
  if (!demo || !ctx.config.development) return;
  for (const [email, name, role] of DEMO_USERS) {
    if (await findUserByEmail(ctx, email)) continue;
    const base = newUser(ctx, {
      email,
      name,
      passwordHash: await hashPassword(DEMO_PASSWORD),
      locale: "en",
      country: null,
      termsAcceptedAt: ctx.now(),
    });
    const user = { ...base, role, mfaEnabled: role === "admin" };
    const secret = await ctx.cipher.encrypt(DEMO_TOTP_SECRET, factorPlace(user.id));
    const factor = user.mfaEnabled ? [insertFactor(ctx, { userId: user.id, secret })] : [];
    await commit(ctx, [insertUser(ctx, user), publishContact(ctx, user), ...factor]);
  }
}
