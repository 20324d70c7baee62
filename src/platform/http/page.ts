import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { HttpContext } from "./env.ts";

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const STYLE = "font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem;color:#18181b";

export interface PlainPage {
  readonly title: string;
  readonly status: 200 | 400 | 404;
}

/** A page of a few lines that loads nothing, for links that leave the product: mails, certificates. */
export async function showPage(c: HttpContext, { title, status }: PlainPage, children: Child): Promise<Response> {
  c.header("Content-Security-Policy", POLICY);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
      </head>
      <body style="${STYLE}">
        <main>
          <h1>${title}</h1>
          ${children}
        </main>
      </body>
    </html>`;
  return await c.html(page, status);
}
