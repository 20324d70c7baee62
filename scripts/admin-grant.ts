/**
 * `npm run admin:grant -- <email> --env production`: makes the first administrator. Works once: as soon as there is one,
 * administrators are made by administrators.
 */
import { createHash } from "node:crypto";
import { canonicalEmail } from "../src/modules/identity/rules.email.ts";
import { execute, query, quote } from "./d1.ts";
import { command, Refusal } from "./project.ts";

const NO_ADMIN = "not exists (select 1 from identity_users where role = 'admin' and status = 'active')";

async function grant(): Promise<void> {
  const email = canonicalEmail(process.argv[2] ?? "");
  if (email === null) throw new Refusal("Say whom: npm run admin:grant -- you@example.com --env production");
  const [user] = await query(
    `select id, role, mfa_enabled from identity_users where email = ${quote(email)} and status = 'active'`,
  );
  if (!user) throw new Refusal(`Nobody has a verified account with ${email}; register first.`);
  const id = String(user["id"]);
  await execute(statements(id).join(";\n"));
  const [after] = await query(`select role from identity_users where id = ${quote(id)}`);
  if (after?.["role"] !== "admin") throw new Refusal("There is an administrator already; administrators make others.");
  const next =
    user["mfa_enabled"] === 1
      ? "Sign in again."
      : "Sign in again, and turn two factors on: without them the rights rest.";
  console.log(`${email} is an administrator. ${next}`);
}

/** All of them ask for the same thing first, so that they do all or nothing. The audit row is written as the product writes its own. */
function statements(id: string): string[] {
  const at = Date.now();
  const before = JSON.stringify({ role: "user" });
  const after = JSON.stringify({ role: "admin" });
  const content = [
    at,
    "admin:grant",
    "operator",
    "user.roleChanged",
    id,
    "first administrator",
    before,
    after,
    null,
    null,
    "admin:grant",
  ];
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  const values = content.map((value) => (typeof value === "number" ? String(value) : quote(value)));
  const eligible = `from identity_users where id = ${quote(id)} and status = 'active' and ${NO_ADMIN}`;
  return [
    `insert into platform_audit_entries (at, actor, role, action, target, reason, before, after, ip, user_agent, request_id, content_hash)
     select ${values.join(", ")}, ${quote(hash)} ${eligible}`,
    `update identity_sessions set ended_at = ${at}, end_reason = 'role_changed' where user_id = ${quote(id)} and ended_at is null and ${NO_ADMIN}`,
    `update identity_users set role = 'admin', updated_at = ${at} where id = ${quote(id)} and status = 'active' and ${NO_ADMIN};`,
  ];
}

await command(grant);
