import type { Child } from "hono/jsx";
import { PublicBody } from "#platform/http/page";
import { STYLE } from "#platform/http/style";
import { scriptOf } from "./island.ts";

export interface LayoutProps {
  readonly title: string;
  readonly description: string;
  /** Lets the page's one style element, and its island's script, pass its content policy. */
  readonly nonce: string;
  readonly locale?: string;
  /** Where the page is at home, for those who share it. */
  readonly address?: string;
  /** Pages that say what went wrong are kept out of search engines; where a session is needed nothing else gets in. */
  readonly hidden?: boolean;
  /** What gives the page life where there is script; without it the page works as it stands. */
  readonly island?: string | undefined;
  readonly children?: Child;
}

/** What a page is called and how it looks. */
function Head({ title, description, nonce, address, hidden = false, island }: LayoutProps) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="description" content={description} />
      {hidden ? <meta name="robots" content="noindex" /> : null}
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      <meta property="og:site_name" content="Bourse" />
      <meta property="og:type" content="website" />
      {address === undefined ? null : <meta property="og:url" content={address} />}
      {address === undefined ? null : <link rel="canonical" href={address} />}
      <title>{title}</title>
      <link rel="icon" href="data:," />
      <style nonce={nonce} dangerouslySetInnerHTML={{ __html: STYLE }} />
      {island === undefined ? null : <script type="module" src={scriptOf(island)} nonce={nonce} />}
    </head>
  );
}

/** The document around whatever a page shows. */
export function Document({ children, ...props }: LayoutProps) {
  return (
    <html lang={props.locale ?? "en"}>
      <Head {...props} />
      <body>{children}</body>
    </html>
  );
}

/** A page to read, for anybody. */
export function Layout({ children, ...props }: LayoutProps) {
  return (
    <html lang={props.locale ?? "en"}>
      <Head {...props} />
      <PublicBody>{children}</PublicBody>
    </html>
  );
}

/** The content policy of a page: its own style and script, calls of our own API, nothing from elsewhere. */
export function pagePolicy(nonce: string): string {
  return `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;
}
