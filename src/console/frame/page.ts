import { html } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { randomToken } from "#platform/crypto";
import type { HttpContext } from "#platform/http/env";
import { readBytes } from "#platform/http/body";
import { http } from "#platform/http/problems";
import { pagePolicy } from "./layout.tsx";

/** Answers with a page whose one style element its own policy lets in. */
export async function page(
  c: HttpContext,
  render: (nonce: string) => JSX.Element,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const nonce = randomToken(16);
  c.header("Content-Security-Policy", pagePolicy(nonce));
  return await c.html(html`<!doctype html>${render(nonce)}`, status);
}

/** Statements of banks may be pasted into one. */
const FORM_LIMIT_BYTES = 256 * 1024;

/** The fields of a form that was sent without script. */
export async function readFields(c: HttpContext): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header("Content-Type") ?? "")) {
    throw http.unsupportedMediaType({ detail: "Send the form of the page." });
  }
  const text = new TextDecoder().decode(await readBytes(c.req.raw, FORM_LIMIT_BYTES));
  return new URLSearchParams(text);
}
