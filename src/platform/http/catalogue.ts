import { sha256, toBase64Url } from "#platform/crypto";
import type { HttpContext } from "./env.ts";

/**
 * Public catalogues: the same for everybody, so an isolate keeps the finished answer for as long as clients may, and a
 * client that has it already is told so. A cache; losing it costs a query.
 */
interface Entry {
  readonly body: string;
  readonly etag: string;
  /** Made once: each answer takes a copy, which costs less than naming them again. */
  readonly headers: Headers;
  readonly expiresAt: number;
}

const MAX_ENTRIES = 500;
const MAX_BODY = 256 * 1024;
const entries = new Map<string, Entry>();

/** Answers from memory, or keeps what the route answers now. */
export async function fromCatalogue(
  c: HttpContext,
  seconds: number,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  const known = entries.get(c.req.url);
  if (known && known.expiresAt > Date.now()) return answer(c, known);
  await next();
  if (c.res.status !== 200) return undefined;
  const entry = await toEntry(c.res, seconds);
  if (entries.size >= MAX_ENTRIES) entries.clear();
  if (entry.body.length <= MAX_BODY) entries.set(c.req.url, entry);
  c.res = undefined;
  c.res = answer(c, entry);
  return undefined;
}

async function toEntry(response: Response, seconds: number): Promise<Entry> {
  const body = await response.text();
  const etag = `"${toBase64Url(await sha256(body)).slice(0, 27)}"`;
  const headers = new Headers({
    ETag: etag,
    "Cache-Control": `public, max-age=${seconds}`,
    "Content-Type": response.headers.get("Content-Type") ?? "application/json",
  });
  return { body, etag, headers, expiresAt: Date.now() + seconds * 1_000 };
}

/** Forgets every kept answer; whoever changes a catalogue calls it, so that at least this isolate shows it at once. */
export function forgetCatalogues(): void {
  entries.clear();
}

function answer(c: HttpContext, { body, etag, headers }: Entry): Response {
  if (!matches(c.req.header("If-None-Match"), etag)) return new Response(body, { headers });
  const unchanged = new Response(null, { status: 304, headers });
  unchanged.headers.delete("Content-Type");
  return unchanged;
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header === "*" || header.split(",").some((item) => item.trim().replace(/^W\//, "") === etag);
}
