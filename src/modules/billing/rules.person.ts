/** Providers that ignore dots in an address. */
const DOTLESS: ReadonlySet<string> = new Set(["gmail.com", "googlemail.com"]);

/** An address without what its owner can vary freely: case, what stands after a plus, dots where they do not count. */
export function personOf(email: string): string {
  const at = email.lastIndexOf("@");
  const domain = email.slice(at + 1).toLowerCase();
  const [name = ""] = email.slice(0, at).toLowerCase().split("+");
  return `${DOTLESS.has(domain) ? name.replaceAll(".", "") : name}@${domain}`;
}
