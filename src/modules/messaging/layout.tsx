import type { Block, Content } from "./content.ts";

/** What a mail's page needs beside its content. Addresses are absolute and were built by the product. */
export interface Page {
  readonly locale: string;
  readonly greeting: string;
  readonly content: Content;
  readonly reason: string;
  readonly links: readonly { readonly label: string; readonly href: string }[];
  readonly toHref: (path: string) => string;
}

const FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const STYLE = {
  body: `margin:0;padding:24px;background:#f4f4f5;color:#18181b;font:16px/1.5 ${FONT}`,
  card: "max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px",
  brand: "margin:0 0 16px;font-size:14px;font-weight:600;color:#52525b",
  heading: "margin:0 0 16px;font-size:22px;line-height:1.3",
  text: "margin:0 0 16px;white-space:pre-line",
  note: "margin:0 0 16px;font-size:14px;color:#52525b",
  button:
    "display:inline-block;padding:12px 20px;background:#1d4ed8;color:#ffffff;border-radius:6px;text-decoration:none;font-weight:600",
  facts: "margin:0 0 16px",
  label: "font-size:14px;color:#52525b",
  value: "margin:0 0 8px;font-weight:600",
  footer: "max-width:560px;margin:16px auto 0;font-size:13px;color:#52525b",
  hidden: "display:none;max-height:0;overflow:hidden",
} as const;

/** A mail as HTML: no tables, images, scripts or remote parts; styles inline, since mail clients drop the rest. */
export async function renderHtml(page: Page): Promise<string> {
  const html = await toDocument(page);
  return `<!doctype html>${html.toString()}`;
}

function toDocument(page: Page) {
  const { content } = page;
  return (
    <html lang={page.locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>{content.subject}</title>
      </head>
      <body style={STYLE.body}>
        <div style={STYLE.hidden}>{content.preheader}</div>
        <main style={STYLE.card}>
          <p style={STYLE.brand}>Bourse</p>
          <h1 style={STYLE.heading}>{content.subject}</h1>
          <p style={STYLE.text}>{page.greeting}</p>
          {content.blocks.map((block) => renderBlock(block, page.toHref))}
        </main>
        <footer style={STYLE.footer}>
          <p>{page.reason}</p>
          {page.links.map(({ label, href }) => (
            <p>
              <a href={href}>{label}</a>
            </p>
          ))}
        </footer>
      </body>
    </html>
  );
}

type ToHref = (path: string) => string;
type BlockOf<K extends Block["kind"]> = Extract<Block, { kind: K }>;

const paragraph = ({ text }: BlockOf<"paragraph">) => <p style={STYLE.text}>{text}</p>;
const note = ({ text }: BlockOf<"note">) => <p style={STYLE.note}>{text}</p>;
const button = ({ label, path }: BlockOf<"button">, toHref: ToHref) => (
  <p style={STYLE.text}>
    <a style={STYLE.button} href={toHref(path)}>
      {label}
    </a>
  </p>
);
const facts = ({ rows }: BlockOf<"facts">) => (
  <dl style={STYLE.facts}>
    {rows.map(([label, value]) => (
      <div>
        <dt style={STYLE.label}>{label}</dt>
        <dd style={STYLE.value}>{value}</dd>
      </div>
    ))}
  </dl>
);

function renderBlock(block: Block, toHref: ToHref) {
  if (block.kind === "button") return button(block, toHref);
  if (block.kind === "facts") return facts(block);
  return block.kind === "note" ? note(block) : paragraph(block);
}
