import { readBytes } from "#platform/http/body";
import type { HttpContext } from "#platform/http/env";
import { headersOf } from "./client.ts";

/** Files that are sent by plain forms: read whole here, and handed to the API as it takes them, the bytes themselves. */

/** The form, or null for what is none or is too large. */
export async function readUpload(c: HttpContext, limitBytes: number): Promise<FormData | null> {
  const type = c.req.header("Content-Type") ?? "";
  if (!/^multipart\/form-data\b/i.test(type)) return null;
  try {
    const bytes = await readBytes(c.req.raw, limitBytes);
    return await new Response(bytes, { headers: { "Content-Type": type } }).formData();
  } catch {
    return null;
  }
}

/** Sends a form's file to a path of the API, with the form's own token and key. */
export async function sendUpload(c: HttpContext, form: FormData, path: string): Promise<Response | null> {
  const file = form.get("file");
  if (!(file instanceof File)) return null;
  const headers = headersOfForm(c, form);
  headers.set("Content-Type", file.type);
  const request = new Request(new URL(path, c.req.url), { method: "POST", headers, body: await file.arrayBuffer() });
  return await c.get("dispatch")(request);
}

/** What a call brings along that is made for a form with a file. */
export function headersOfForm(c: HttpContext, form: FormData): Headers {
  const along = { csrf: textOf(form, "csrf"), key: textOf(form, "key") };
  return headersOf(c, { ...along, origin: c.get("ctx").config.publicOrigin });
}

export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
