/** The few rules of XML that statements need. */

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

export function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#(x[0-9a-f]{1,6}|[0-9]{1,7})|([a-z]{2,4}));/gi, (whole, code?: string, name?: string) => {
    if (code === undefined) return NAMED[name?.toLowerCase() ?? ""] ?? whole;
    const point = code.toLowerCase().startsWith("x") ? Number.parseInt(code.slice(1), 16) : Number(code);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : "";
  });
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Also leaves out what XML cannot hold. */
function escapeXml(text: string): string {
  return text.replaceAll(/[\p{Cc}--[\t\n\r]]/gv, "").replaceAll(/[&<>]/g, (char) => ESCAPES[char] ?? char);
}

/** An element with a text; nothing where there is none. */
export function element(name: string, value: string | null): string {
  return value === null ? "" : `<${name}>${escapeXml(value)}</${name}>`;
}
