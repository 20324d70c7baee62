/**
 * `npm run users:import -- users.csv [--env production]`: brings a user base along. Columns: email, password_hash
 * (bcrypt, or Argon2id in PHC form), email_verified, and if you like name, locale and country. Hashes are verified and
 * made anew at the first sign-in; addresses that are here already, or not verified, are left out.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { makeId } from "../src/kernel/ids.ts";
import { canonicalEmail } from "../src/modules/identity/rules.email.ts";
import { isUsableHash } from "../src/modules/identity/rules.hash.ts";
import { execute, query, quote } from "./d1.ts";
import { command, Refusal } from "./project.ts";

const BATCH = 200;

interface Imported {
  readonly id: string;
  readonly email: string;
  readonly hash: string;
  readonly name: string | null;
  readonly locale: string;
  readonly country: string | null;
}

/** Reads CSV as RFC 4180 says: quoted fields may hold commas, quotes and lines. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let row: string[] = [];
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (!match) throw new Refusal(`Line ${rows.length + 1} is not CSV.`);
    const [, quoted, bare = "", end] = match;
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const EMPTY = { email: "", email_verified: "", password_hash: "", name: "", locale: "", country: "" };

/** One line as an account; otherwise why it is left out. */
export function toUser(line: Readonly<Record<string, string>>): Imported | string {
  const {
    email: address,
    email_verified: verified,
    password_hash: hash,
    name,
    locale,
    country,
  } = { ...EMPTY, ...line };
  const email = canonicalEmail(address);
  if (email === null) return "the address is none";
  if (!/^(?:true|1|yes)$/i.test(verified)) return "the address is not verified; let its owner register";
  if (!isUsableHash(hash)) return "the hash is neither bcrypt nor Argon2id of a bearable cost";
  const id = makeId("user", Date.now(), randomBytes(10));
  const known = /^[A-Z]{2}$/.test(country) ? country : null;
  return { id, email, hash, name: name.slice(0, 100) || null, locale: locale || "en", country: known };
}

function insert({ id, email, hash, name, locale, country }: Imported, now: number): string[] {
  return [
    `insert into identity_users (id, email, name, password_hash, password_changed_at, role, status, locale, time_zone, country, display_currency, created_at, updated_at)
     values (${quote(id)}, ${quote(email)}, ${quote(name)}, ${quote(hash)}, ${now}, 'user', 'active', ${quote(locale)}, 'UTC', ${quote(country)}, 'USD', ${now}, ${now}) on conflict do nothing`,
    `insert into messaging_contacts (user_id, email, locale, time_zone, name, updated_at)
     select id, email, locale, time_zone, name, ${now} from identity_users where id = ${quote(id)} on conflict do nothing`,
  ];
}

async function bring(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined) throw new Refusal("Say which file: npm run users:import -- users.csv --env production");
  const [header = [], ...lines] = parseCsv(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  if (!header.includes("email") || !header.includes("password_hash"))
    throw new Refusal("The first line must name email and password_hash.");
  const read = lines.map((cells) =>
    toUser(Object.fromEntries(header.map((name, column) => [name.trim(), cells[column] ?? ""]))),
  );
  const users = read.flatMap((user) => (typeof user === "string" ? [] : [user]));
  for (const [index, user] of read.entries())
    if (typeof user === "string") console.log(`Line ${index + 2} is left out: ${user}.`);
  const before = await count();
  for (let start = 0; start < users.length; start += BATCH) {
    await execute(
      `${users
        .slice(start, start + BATCH)
        .flatMap((user) => insert(user, Date.now()))
        .join(";\n")};`,
    );
  }
  console.log(`${(await count()) - before} accounts were brought along, of ${lines.length} lines.`);
}

async function count(): Promise<number> {
  const [row] = await query("select count(*) as count from identity_users");
  return Number(row?.["count"] ?? 0);
}

if (process.argv[1] === import.meta.filename) await command(bring);
