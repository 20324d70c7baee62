import { html } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { Page } from "./page.ts";

const STYLE = "font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#18181b";

/** What a document's page may load: nothing but its own style. */
export const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

const listOf = (lines: readonly string[]): JSX.Element[] => lines.map((line) => <div>{line}</div>);

const rowsOf = (rows: Page["rows"]): JSX.Element[] =>
  rows.map(([label, value]) => (
    <tr>
      <td>{label}</td>
      <td style="text-align:right">{value}</td>
    </tr>
  ));

/** A document as a page of its own. */
export async function show({ title, number, seller, buyer, facts, rows, totals }: Page): Promise<string> {
  return await html`<!doctype html>${(
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{`${title} ${number}`}</title>
        </head>
        <body style={STYLE}>
          <main>
            <h1>{title}</h1>
            <address>{listOf(seller)}</address>
            <section>{listOf(buyer)}</section>
            <dl>
              {facts.map(([label, value]) => (
                <>
                  <dt>{label}</dt>
                  <dd>{value}</dd>
                </>
              ))}
            </dl>
            <table style="width:100%;border-collapse:collapse">
              <thead>
                <tr>
                  <th style="text-align:left">Description</th>
                  <th style="text-align:right">Amount</th>
                </tr>
              </thead>
              <tbody>{rowsOf(rows)}</tbody>
              <tfoot style="border-top:1px solid">{rowsOf(totals)}</tfoot>
            </table>
          </main>
        </body>
      </html>
    )}`;
}
