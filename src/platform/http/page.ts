import { html, raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { randomToken } from "#platform/crypto";
import type { HttpContext } from "./env.ts";
import { sharePicture } from "./share-picture.ts";
import { ICON, STYLE } from "./style.ts";

export interface PlainPage {
  readonly title: string;
  readonly status: ContentfulStatusCode;
  /** Pages that search engines may list; the others are behind a link that somebody was sent. */
  readonly listed?: boolean;
}

/** What everybody can go to, signed in or not. */
const EVERYWHERE = [
  ["/status", "Status"],
  ["/help", "Help"],
  ["/legal/terms", "Terms"],
  ["/legal/privacy", "Privacy"],
] as const;

/** What stands around every page that needs no session. */
export function PublicBody({ children, wide = false }: { children?: Child; wide?: boolean | undefined }) {
  return html`<body>
    <header class="top">
      <div>
        <a class="brand" href="/">Bourse</a>
        <nav class="sections" aria-label="Bourse"><a href="/help">Help</a><a href="/sign-in">Sign in</a></nav>
      </div>
    </header>
    <main class="${wide ? "" : "reading"}">${children}</main>
    <footer>${EVERYWHERE.map(([path, name]) => html`<a href="${path}">${name}</a>`)}</footer>
  </body>`;
}

/** A page of a module's own: documents, the status, certificates, and what links in mails lead to. */
export async function showPage(
  c: HttpContext,
  { title, status, listed = false }: PlainPage,
  children: Child,
): Promise<Response> {
  const nonce = randomToken(16);
  c.header(
    "Content-Security-Policy",
    `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  );
  const content = html`<h1>${title}</h1>
    ${children}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="${title}" />
        ${listed ? "" : html`<meta name="robots" content="noindex" />`}
        <meta property="og:title" content="${title}" />
        <meta property="og:site_name" content="Bourse" />
        <meta property="og:type" content="website" />
        ${listed ? sharePicture(c.get("ctx").config.publicOrigin) : ""}
        <title>${title} – Bourse</title>
        <link rel="icon" href="${ICON}" />
        <style nonce="${nonce}">
          ${raw(STYLE)}
        </style>
      </head>
      ${PublicBody({ children: content })}
    </html>`;
  return await c.html(page, status);
}
