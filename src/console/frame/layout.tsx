import type { Child } from "hono/jsx";
import { STYLE } from "./style.ts";

export interface LayoutProps {
  readonly title: string;
  readonly description: string;
  /** Lets the page's one style element pass its content policy. */
  readonly nonce: string;
  readonly locale?: string;
  /** Pages of somebody's own are kept out of search engines. */
  readonly hidden?: boolean;
  readonly children?: Child;
}

/** The document around whatever a page shows. */
export function Document({ title, description, nonce, locale = "en", hidden = false, children }: LayoutProps) {
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

/** The content policy of a page: its own style, nothing from elsewhere. */
export function pagePolicy(nonce: string): string {
  return `default-src 'none'; style-src 'nonce-${nonce}'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;
}
