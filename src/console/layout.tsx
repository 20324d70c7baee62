import type { Child } from "hono/jsx";

const STYLE = `
:root { color-scheme: light dark; --ink: #16202b; --quiet: #5a6b7d; --paper: #fbfaf7; --line: #dcdfe3; --accent: #0b6e5f }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --quiet: #9db0c2; --paper: #10161d; --line: #2a3644; --accent: #5ad1bd } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 ui-serif, Georgia, serif }
main { max-width: 44rem; margin: 0 auto; padding: clamp(2rem, 8vw, 6rem) 1.25rem }
h1 { font-size: clamp(2.25rem, 7vw, 3.5rem); line-height: 1.1; letter-spacing: -0.02em; margin: 0 0 1rem }
h2 { font-size: 1.125rem; margin: 2.5rem 0 0.5rem }
p.lead { font-size: 1.25rem; color: var(--quiet); margin: 0 }
ul { padding: 0; margin: 0; list-style: none }
li { border-top: 1px solid var(--line); padding: 0.75rem 0 }
a { color: var(--accent); text-underline-offset: 0.2em }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px }
code { font: 0.9em ui-monospace, Menlo, monospace }
label { display: block; font-size: 0.9375rem; color: var(--quiet); margin: 1.5rem 0 0.25rem }
input { width: 100%; padding: 0.625rem 0.75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 0.375rem }
button { margin-top: 1.5rem; padding: 0.625rem 1.25rem; font: inherit; color: var(--paper); background: var(--accent); border: 0; border-radius: 0.375rem; cursor: pointer }
input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px }
.refused { border-left: 3px solid currentColor; padding-left: 0.75rem; margin-top: 1.5rem }
footer { color: var(--quiet); font-size: 0.9375rem; margin-top: 3rem }
`;

export interface LayoutProps {
  readonly title: string;
  readonly description: string;
  /** Lets the page's one style element pass its content policy. */
  readonly nonce: string;
  readonly children?: Child;
}

export function Layout({ title, description, nonce, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={description} />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style nonce={nonce} dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main>{children}</main>
      </body>
    </html>
  );
}

/** The content policy of a page: its own style, nothing from elsewhere. */
export function pagePolicy(nonce: string): string {
  return `default-src 'none'; style-src 'nonce-${nonce}'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;
}
