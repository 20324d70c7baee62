import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { commonPasswords } from "../../scripts/common-passwords.ts";
import { parseCsv, toUser } from "../../scripts/users-import.ts";

const BCRYPT = `$2b$10$${"a".repeat(53)}`;

describe("a user base that is brought along", () => {
  it("is read as CSV with quotes, commas and lines in its fields", () => {
    expect(parseCsv('a,b\r\n"x, ""y""\nz",2\n')).toEqual([
      ["a", "b"],
      ['x, "y"\nz', "2"],
    ]);
    expect(parseCsv("a,\n,b")).toEqual([
      ["a", ""],
      ["", "b"],
    ]);
  });

  it("takes verified addresses with a hash of a bearable cost", () => {
    const line = {
      email: "Ada@Example.com",
      password_hash: BCRYPT,
      email_verified: "true",
      name: "Ada",
      country: "in",
    };
    expect(toUser(line)).toMatchObject({
      email: "ada@example.com",
      hash: BCRYPT,
      name: "Ada",
      locale: "en",
      country: null,
    });
  });

  it.each([
    [{ email: "nobody" }, "address"],
    [{ email_verified: "false" }, "verified"],
    [{ password_hash: "secret" }, "hash"],
    [{ password_hash: `$2b$31$${"a".repeat(53)}` }, "hash"],
    [{ password_hash: `$argon2id$v=19$m=4194304,t=2,p=1$${"a".repeat(22)}$${"a".repeat(43)}` }, "hash"],
    [{ password_hash: `$argon2id$v=19$m=65536,t=100,p=1$${"a".repeat(22)}$${"a".repeat(43)}` }, "hash"],
    [{ password_hash: `$argon2i$v=19$m=4096,t=3,p=1$${"a".repeat(22)}$${"a".repeat(43)}` }, "hash"],
  ])("leaves out %o", (change, why) => {
    const line = { email: "ada@example.com", password_hash: BCRYPT, email_verified: "1", ...change };
    expect(toUser(line)).toContain(why);
  });
});

describe("the common passwords", () => {
  it("are those of zxcvbn that are long enough to be tried", () => {
    const file = path.join(import.meta.dirname, "../../src/modules/identity/common-passwords.txt");
    expect(readFileSync(file, "utf8")).toBe(`${commonPasswords().join("\n")}\n`);
  });
});
