/** Writes the common passwords that are long enough to be tried at all, from zxcvbn's ranked list, for the Worker. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { dictionary } from "@zxcvbn-ts/language-common";

/** The shortest password that registration lets through; shorter ones need no list. */
const SHORTEST = 12;

/** The list, each password once, in lower case. */
export function commonPasswords(): string[] {
  const ranked = dictionary["passwords-common"].map((password) => password.normalize("NFKC").toLowerCase());
  return [...new Set(ranked)].filter((password) => Array.from(password).length >= SHORTEST).toSorted();
}

const file = path.join(import.meta.dirname, "..", "src", "modules", "identity", "common-passwords.txt");
if (process.argv[1] === import.meta.filename) writeFileSync(file, `${commonPasswords().join("\n")}\n`);
