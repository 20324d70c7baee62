import type { HttpContext } from "./env.ts";
import { http } from "./problems.ts";

export const JSON_LIMIT_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;
const JSON_TYPE = /^application\/json(?:\s*;\s*charset=(?:utf-8|"utf-8"))?\s*$/i;

/**
 * Reads a JSON body with its guards, in the order of the contract: size and type, then syntax. The text is left where
 * the validator finds it.
 *
 * @param optional a call without a body is one with an empty object
 * @returns the parsed body
 */
export async function readJsonBody(c: HttpContext, limitBytes: number, optional = false): Promise<unknown> {
  const request = c.req.raw;
  if (optional && (request.body === null || request.headers.get("Content-Length") === "0")) {
    Object.assign(c.req.bodyCache, { text: Promise.resolve("{}") });
    return {};
  }
  if (Number(request.headers.get("Content-Length") ?? 0) > limitBytes) throw tooLarge(limitBytes);
  if (!JSON_TYPE.test(request.headers.get("Content-Type") ?? "")) {
    throw http.unsupportedMediaType({ detail: "Send the body as `Content-Type: application/json` in UTF-8." });
  }
  if (request.headers.has("Content-Encoding")) {
    throw http.unsupportedMediaType({ detail: "Send the body as it is, without a Content-Encoding." });
  }
  const text = decode(await readBytes(request, limitBytes));
  const parsed = parse(text);
  // Hono keeps promises here, whatever the type says.
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
  return parsed;
}

/** Reads a body up to a limit, and stops as soon as it is passed: nothing larger is ever held. */
export async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("Content-Length") ?? 0) > limitBytes) throw tooLarge(limitBytes);
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const whole = new Uint8Array(size);
  chunks.reduce((offset, chunk) => (whole.set(chunk, offset), offset + chunk.byteLength), 0);
  return whole;
}

function tooLarge(limitBytes: number): Error {
  return http.bodyTooLarge({ detail: `The body may hold at most ${limitBytes} bytes.` });
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw http.malformedJson({ detail: "The body is not valid UTF-8.", cause });
  }
}

function parse(text: string): unknown {
  if (depthOf(text) > MAX_DEPTH)
    throw http.bodyTooDeep({ detail: `Objects and lists may be nested ${MAX_DEPTH} deep.` });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw http.malformedJson({
      detail: text === "" ? "The body is empty; send a JSON object." : "The body is not valid JSON.",
      cause,
    });
  }
  if (text.includes("\\u") && !isStorable(parsed)) {
    throw http.malformedJson({
      detail: "The body holds a NUL or half of a surrogate pair, which cannot be stored as it is.",
    });
  }
  return parsed;
}

const OPENING: ReadonlySet<string> = new Set(["{", "["]);
const CLOSING: ReadonlySet<string> = new Set(["}", "]"]);

/** The deepest nesting of brackets outside strings, found without recursion and given up once past the limit. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '"') quoted = !quoted;
    else if (quoted) index += char === "\\" ? 1 : 0;
    else if (OPENING.has(char)) deepest = Math.max(deepest, (depth += 1));
    else if (CLOSING.has(char)) depth -= 1;
    if (deepest > MAX_DEPTH) return deepest;
  }
  return deepest;
}

/** Whether every text in it, names included, comes back from storage as it went in. Depth is bounded by now. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\u0000");
  if (Array.isArray(value)) return value.every(isStorable);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, item]) => isStorable(name) && isStorable(item));
}
