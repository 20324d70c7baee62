import { commit } from "#platform/commit";
import type { Ctx, Role } from "#platform/ctx";
import { publishContact } from "./notices.ts";
import { hashPassword } from "./password-hash.ts";
import { factorPlace, insertFactor } from "./repository.factors.ts";
import { findUserByEmail, insertUser } from "./repository.users.ts";
import { newUser } from "./service.registration.ts";

/** The accounts that development begins with. They are printed when it starts; nothing else ever makes them. */
const DEMO_PASSWORD = "correct-horse-battery-1";
const DEMO_TOTP_SECRET = "JBSWY3DPEHPK3PXP";
const DEMO_USERS: readonly (readonly [string, string, Role])[] = [
  ["admin@bourse.test", "Ada Admin", "admin"],
  ["trader@bourse.test", "Tara Trader", "user"],
  ["buyer@bourse.test", "Ben Buyer", "user"],
  ["learner@bourse.test", "Lea Learner", "user"],
];

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
