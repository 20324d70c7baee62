import type { Child } from "hono/jsx";
import { PublicBody } from "#platform/http/page";
import { sharePicture } from "#platform/http/share-picture";
import { ICON, STYLE } from "#platform/http/style";
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
  /** Whether a page for anybody is as wide as the console, rather than as a text to read. */
  readonly wide?: boolean;
  /** How the page is laid out: beside its menu, or alone before a door. */
  readonly body?: "app" | "door";
  /** What the page says when the network is away. */
  readonly offline?: string;
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
      {address === undefined ? null : sharePicture(new URL(address).origin)}
      <title>{title}</title>
      <link rel="icon" href={ICON} />
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
      <body class={props.body} data-offline={props.offline}>
        {children}
      </body>
    </html>
  );
}

/** A page to read, for anybody. */
export function Layout({ children, ...props }: LayoutProps) {
  return (
    <html lang={props.locale ?? "en"}>
      <Head {...props} />
      <PublicBody wide={props.wide}>{children}</PublicBody>
    </html>
  );
}

/** A page before somebody is known: one thing to do, and nothing around it. */
export function Door({ children, ...props }: LayoutProps) {
  return (
    <Document {...props} body="door">
      <header>
        <a class="brand" href="/">
          Bourse
        </a>
      </header>
      <main class="narrow">{children}</main>
    </Document>
  );
}

/** The content policy of a page: its own style and script, calls of our own API, nothing from elsewhere. */
export function pagePolicy(nonce: string): string {
  return `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;
}
