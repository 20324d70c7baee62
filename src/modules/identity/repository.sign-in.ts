import type { Ctx } from "#platform/ctx";
import type { UserRow } from "./repository.users.ts";
import { findUserByEmail } from "./repository.users.ts";

/** What a sign-in is decided by. The same questions are asked whether anybody has the address or not. */
export interface SignInFacts {
  readonly user: UserRow | null;
  /** The password of the newest registration that waits for its proof. */
  readonly registrationHash: string | null;
  readonly knownDevice: boolean;
  readonly locks: ReadonlyMap<string, number>;
}

export interface SignInQuestion {
  readonly email: string;
  readonly deviceHash: string | null;
  readonly counters: readonly string[];
}

export async function loadSignIn(ctx: Ctx, { email, deviceHash, counters }: SignInQuestion): Promise<SignInFacts> {
  const [user, results] = await Promise.all([
    findUserByEmail(ctx, email),
    ctx.db.batch([
      ctx.db.sql(
        `select password_hash as passwordHash from identity_registrations
         where email = ? and expires_at > ? order by id desc limit 1`,
        email,
        ctx.now(),
      ),
      ctx.db.sql(
        `select 1 from identity_devices join identity_users on identity_users.id = user_id
         where email = ? and device_hash = ?`,
        email,
        deviceHash ?? "",
      ),
      ctx.db.sql(
        "select key, locked_until as lockedUntil from identity_counters where key in (select value from json_each(?))",
        JSON.stringify(counters),
      ),
    ]),
  ]);
  const [registration, device, locks] = results;
  const rows = (locks?.results ?? []) as { key: string; lockedUntil: number }[];
  return {
    user,
    registrationHash: (registration?.results[0] as { passwordHash: string } | undefined)?.passwordHash ?? null,
    knownDevice: deviceHash !== null && (device?.results.length ?? 0) > 0,
    locks: new Map(rows.map(({ key, lockedUntil }) => [key, lockedUntil])),
  };
}
