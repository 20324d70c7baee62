import { toBase64Url } from "#platform/crypto";
import { readBytes } from "#platform/http/body";
import type { HttpContext } from "#platform/http/env";
import { http } from "#platform/http/problems";

/** What the text fields around a file may take, and its own going back and forth as text. */
const AROUND_BYTES = 256 * 1_024;
const AS_TEXT = 4 / 3;
const NAME_LENGTH = 200;

export const isUpload = (c: HttpContext): boolean =>
  /^multipart\/form-data\b/i.test(c.req.header("Content-Type") ?? "");

/**
 * The fields of a form that carries a file. The file becomes two of them: its bytes in base64url, so that a form can carry them
 * on, and its name beside them.
 */
export async function readUpload(c: HttpContext, limitBytes: number): Promise<URLSearchParams> {
  const bytes = await readBytes(c.req.raw, Math.ceil(limitBytes * AS_TEXT) + AROUND_BYTES);
  const fields = new URLSearchParams();
  for (const [name, value] of await parse(bytes, c.req.header("Content-Type") ?? "")) {
    if (typeof value === "string") fields.append(name, value);
    else if (value.size > limitBytes)
      throw http.bodyTooLarge({ detail: `A file may hold at most ${limitBytes} bytes.` });
    else if (value.size > 0) {
      fields.set(name, toBase64Url(new Uint8Array(await value.arrayBuffer())));
      fields.set(`${name}Name`, value.name.toWellFormed().slice(0, NAME_LENGTH));
    }
  }
  return fields;
}

async function parse(bytes: Uint8Array, type: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { "Content-Type": type } }).formData();
  } catch {
    throw http.unsupportedMediaType({ detail: "Send the form of the page." });
  }
}
