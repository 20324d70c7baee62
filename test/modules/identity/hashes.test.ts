import { hash as bcrypt } from "bcryptjs";
import { describe, expect, it } from "vitest";
import { verifyPassword } from "../../../src/modules/identity/password-hash.ts";
import { passwordFault } from "../../../src/modules/identity/rules.password.ts";
import { anAccount } from "../../support/accounts.ts";
import { testApp } from "../../support/app.ts";
import { login, row } from "../../support/people.ts";

const app = testApp();

describe("a hash that was brought along", () => {
  it("of bcrypt signs in, and is one of ours from then on", async () => {
    const { user } = await anAccount(app);
    const password = "a phrase from elsewhere";
    await row("update identity_users set password_hash = ? where id = ?", await bcrypt(password, 4), user.id);
    expect((await login(app, user.email ?? "", { password: `${password}x` })).status).toBe(401);
    expect((await login(app, user.email ?? "", { password })).status).toBe(200);
    const stored = await row<{ hash: string }>(
      "select password_hash as hash from identity_users where id = ?",
      user.id,
    );
    expect(stored?.hash).toMatch(/^\$argon2id\$/);
    expect((await login(app, user.email ?? "", { password })).status).toBe(200);
  });

  it("of bcrypt never takes a password by its first 72 bytes, or by what stands before a NUL", async () => {
    const long = "x".repeat(72);
    const hash = await bcrypt(long, 4);
    expect(await verifyPassword(long, hash)).toBe(true);
    expect(await verifyPassword(`${long}y`, hash)).toBe(false);
    expect(await verifyPassword(`${long.slice(0, 71)}\u0000`, hash)).toBe(false);
  });

  it.each([
    `$argon2id$v=19$m=4194304,t=2,p=1$${"a".repeat(22)}$${"a".repeat(43)}`,
    `$argon2id$v=19$m=19456,t=999,p=1$${"a".repeat(22)}$${"a".repeat(43)}`,
    `$2b$31$${"a".repeat(53)}`,
    "",
    "plain text",
  ])("that would cost too much or is none matches nothing: %s", async (hash) => {
    expect(await verifyPassword("anything at all", hash)).toBe(false);
  });
});

describe("a password that leans on its owner", () => {
  it.each([
    ["bourse-bourse-1", {}],
    ["B0urse!B0urse!", {}],
    ["johannes.brahms", { email: "johannes.brahms@example.com" }],
    ["Brahms-Johannes7", { name: "Johannes Brahms" }],
  ])("is refused: %s", (password, owner) => {
    expect(passwordFault(password, owner)).toBe("password_too_common");
  });

  it("is taken when enough of it is the owner's own, and decided at once however long it is", () => {
    expect(passwordFault("johannes likes the sea at night", { name: "Johannes Brahms" })).toBeNull();
    expect(passwordFault("x".repeat(100_000), { name: "Johannes Brahms" })).toBe("password_too_long");
  });
});
