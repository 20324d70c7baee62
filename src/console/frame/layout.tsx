import type { Child } from "hono/jsx";
import { scriptOf } from "./island.ts";
import { STYLE } from "./style.ts";

export interface LayoutProps {
  readonly title: string;
  readonly description: string;
  /** Lets the page's one style element, and its island's script, pass its content policy. */
  readonly nonce: string;
  readonly locale?: string;
  /** Pages of somebody's own are kept out of search engines. */
  readonly hidden?: boolean;
  /** What gives the page life where there is script; without it the page works as it stands. */
  readonly island?: string | undefined;
  readonly children?: Child;
}

/** The document around whatever a page shows. */
export function Document({ title, description, nonce, locale = "en", hidden = false, island, children }: LayoutProps) {
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={description} />
        {hidden ? <meta name="robots" content="noindex" /> : null}
        <meta property="og:title" content={title} />
        <meta property="og:description" content={description} />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style nonce={nonce} dangerouslySetInnerHTML={{ __html: STYLE }} />
        {island === undefined ? null : <script type="module" src={scriptOf(island)} nonce={nonce} />}
      </head>
      <body>{children}</body>
    </html>
  );
}

/** A page to read, for anybody. */
export function Layout({ children, ...props }: LayoutProps) {
  return (
    <Document {...props}>
      <main class="reading">{children}</main>
    </Document>
  );
}

/** The content policy of a page: its own style and script, calls of our own API, nothing from elsewhere. */
export function pagePolicy(nonce: string): string {
  return `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;
}
