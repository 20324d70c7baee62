import { html } from "hono/html";
import { createPdf } from "#platform/pdf";
import type { Report } from "./service.reports.ts";

/** A month's report for people: as a page, and on paper. */

const STYLE =
  "font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#18181b;background:#fff";

export const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

export function showReport({ month, sections }: Report) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Report of ${month}</title>
      </head>
      <body style="${STYLE}">
        <main>
          <h1>Report of ${month}</h1>
          ${sections.map(({ title, facts }) => (
            <section>
              <h2>{title}</h2>
              <table>
                <tbody>
                  {facts.map(([label, value]) => (
                    <tr>
                      <th scope="row" style="text-align:left;padding-right:2rem;font-weight:400">
                        {label}
                      </th>
                      <td>{value}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          ))}
        </main>
      </body>
    </html>`;
}

const WIDTH = 595;
const HEIGHT = 842;
const MARGIN = 56;
const STEP = 16;

export function printReport({ month, sections }: Report): Uint8Array<ArrayBuffer> {
  const pdf = createPdf(`Report of ${month}`);
  let page = pdf.addPage(WIDTH, HEIGHT);
  let y = HEIGHT - MARGIN - 20;
  const down = (steps: number): void => {
    y -= STEP * steps;
    if (y >= MARGIN) return;
    page = pdf.addPage(WIDTH, HEIGHT);
    y = HEIGHT - MARGIN;
  };
  page.drawText(`Report of ${month}`, { x: MARGIN, y, size: 22, font: "Helvetica-Bold" });
  for (const { title, facts } of sections) {
    down(2.5);
    page.drawText(title, { x: MARGIN, y, size: 13, font: "Helvetica-Bold" });
    for (const [label, value] of facts) {
      down(1);
      page.drawText(label, { x: MARGIN, y, size: 10 });
      page.drawText(value, { x: MARGIN + 290, y, size: 10 });
    }
  }
  return pdf.save();
}
