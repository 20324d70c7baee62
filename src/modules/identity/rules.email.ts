/**
 * What must stay true: two spellings of one address have one canonical form, and it is what is stored, compared,
 * counted and written to.
 */

const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;
const MAX_LENGTH = 254;
const MAX_LOCAL = 64;

/**
 * The canonical form of an address: NFKC, lower case, the domain in ASCII. Null when it is none. A local part outside
 * ASCII is refused, because its look-alikes cannot be told apart.
 */
export function canonicalEmail(text: string): string | null {
  if (text.length > MAX_LENGTH * 2) return null;
  const normal = text.normalize("NFKC").trim().toLowerCase();
  const at = normal.lastIndexOf("@");
  const local = normal.slice(0, Math.max(0, at));
  const domain = toAscii(normal.slice(at + 1));
  if (!LOCAL.test(local) || local.length > MAX_LOCAL) return null;
  if (domain === null || !DOMAIN.test(domain)) return null;
  const email = `${local}@${domain}`;
  return email.length <= MAX_LENGTH ? email : null;
}

function toAscii(domain: string): string | null {
  if (/[/\\?#@:%\s[\]]/.test(domain)) return null;
  return URL.canParse(`http://${domain}/`) ? new URL(`http://${domain}/`).hostname : null;
}

/** What is shown of an address to whom it may not be told: `j•••@example.com`. */
export function maskEmail(email: string): string {
  const [local = "", domain = ""] = email.split("@");
  return `${local.slice(0, 1)}•••@${domain}`;
}
