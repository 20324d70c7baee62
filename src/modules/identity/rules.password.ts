import commonList from "./common-passwords.txt";

/**
 * What must stay true:
 * - Length counts in code points, and what is hashed is the whole password, in NFKC.
 * - Every setter of a password asks here, and nothing else decides.
 */

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

export type PasswordFault = "password_too_short" | "password_too_long" | "password_too_common";

const common: ReadonlySet<string> = new Set(commonList.split("\n"));

/** How a password is hashed and compared, so that the same keys on another keyboard give the same password. */
export function normalisePassword(password: string): string {
  return password.normalize("NFKC");
}

export interface PasswordOwner {
  readonly email?: string | null;
  readonly name?: string | null;
}

function codePoints(text: string): number {
  return Array.from(text).length;
}

/** Why a password cannot be taken; null when it can. */
export function passwordFault(password: string, owner: PasswordOwner): PasswordFault | null {
  const normal = normalisePassword(password);
  const lengths = [codePoints(password), codePoints(normal)];
  if (Math.max(...lengths) > PASSWORD_MAX) return "password_too_long";
  if (Math.min(...lengths) < PASSWORD_MIN) return "password_too_short";
  if (common.has(normal.toLowerCase()) || leansOn(normal, owner)) return "password_too_common";
  return null;
}

const PRODUCT = "bourse";
/** What must be left of a password once the words that everybody knows of its owner are taken out. */
const OWN_LENGTH = 6;
const SHORTEST_WORD = 4;

/** Whether little is left once the product's name, the owner's name and address are taken out, also in leet. */
function leansOn(password: string, owner: PasswordOwner): boolean {
  const text = plain(password);
  const words = [PRODUCT, ...(owner.name ?? "").split(/\s+/), owner.name ?? "", ...partsOf(owner.email ?? "")]
    .map(plain)
    .filter((word) => word.length >= SHORTEST_WORD)
    .toSorted((a, b) => b.length - a.length);
  const rest = words.reduce((left, word) => left.replaceAll(word, ""), text);
  return rest.length < text.length && rest.length < OWN_LENGTH;
}

function partsOf(email: string): string[] {
  const [local = "", domain = ""] = email.split("@");
  return [local, ...local.split(/[.+_-]/), domain.split(".")[0] ?? ""];
}

const LEET: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
};

/** Lower case, leet undone, nothing but letters and digits. */
function plain(text: string): string {
  const letters = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[013457@$]/g, (char) => LEET[char] ?? char);
  return letters.replaceAll(/[^\p{L}\p{N}]/gu, "");
}
