import type { HttpContext } from "./env.ts";
import { http } from "./problems.ts";

export interface ServedFile {
  /** Where the bytes are in the bucket. */
  readonly key: string;
  readonly contentType: string;
  /** As it was cleaned when it came in. */
  readonly name: string;
  readonly bytes: number;
  /** Shown in the page, such as a picture or a video; anything else is offered for download. */
  readonly inline: boolean;
}

interface Span {
  readonly offset: number;
  readonly length: number;
}

const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * Answers with a kept file, or with the part of it that is asked for. The browser is told to take it for nothing but
 * what it is, and to run nothing in it.
 */
export async function serveFile(c: HttpContext, file: ServedFile): Promise<Response> {
  const header = c.req.raw.headers.get("Range");
  const span = header === null ? null : readRange(header, file.bytes);
  if (span === "unsatisfiable") {
    return c.body(null, 416, { "Content-Range": `bytes */${file.bytes}` });
  }
  const object = await c.get("ctx").env.FILES.get(file.key, span ? { range: span } : {});
  if (!object) throw http.notFound({ detail: "The file is no longer there." });
  const headers = {
    "Content-Type": file.contentType,
    "Content-Disposition": `${file.inline ? "inline" : "attachment"}; filename*=UTF-8''${encodeRfc5987(file.name)}`,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Accept-Ranges": "bytes",
    "Content-Length": String(span ? span.length : file.bytes),
  };
  if (!span) return c.body(object.body, 200, headers);
  const { offset, length } = span;
  const range = `bytes ${offset}-${offset + length - 1}/${file.bytes}`;
  return c.body(object.body, 206, { ...headers, "Content-Range": range });
}

/** One range of bytes; several at once, or words that are none, are answered with the whole file. */
function readRange(header: string, size: number): Span | "unsatisfiable" | null {
  const [, first = "", last = ""] = RANGE.exec(header) ?? [];
  if (first === "") return last === "" ? null : lastBytes(Number(last), size);
  const offset = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (offset >= size) return "unsatisfiable";
  return end < offset ? null : { offset, length: end - offset + 1 };
}

function lastBytes(count: number, size: number): Span | "unsatisfiable" {
  const length = Math.min(count, size);
  return length === 0 ? "unsatisfiable" : { offset: size - length, length };
}

function encodeRfc5987(name: string): string {
  return encodeURIComponent(name).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
