import { toTimestamp } from "#kernel/time";
import type { HttpContext } from "#platform/http/env";
import { http } from "#platform/http/problems";
import type { RootRoute } from "#platform/http/root-route";
import { definitionOf, isKind, KIND_NAMES } from "./kinds.ts";
import { isSms, renderMail, renderSms } from "./render.ts";
import type { Subject } from "./render.ts";
import { listOutbox } from "./repository.ts";
import { SAMPLES } from "./samples.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'self'";
const STYLE = "font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem";

const development = { method: "GET", limit: "exempt", duringMaintenance: true, developmentOnly: true } as const;

/** What development alone can see: every message that would have left, and every template with a sample. */
export const developmentRoutes: readonly RootRoute[] = [
  { ...development, path: "/dev/outbox", handler: showOutbox },
  { ...development, path: "/dev/templates", handler: async (c) => await listTemplates(c) },
  { ...development, path: "/dev/templates/:kind", handler: async (c) => await showTemplate(c) },
];

async function showOutbox(c: HttpContext): Promise<Response> {
  // A plus that was not escaped arrives as a blank.
  const to = c.req.query("to")?.replace(/^ /, "+") ?? null;
  const entries = (await listOutbox(c.get("ctx"), to)).map(({ recipient, createdAt, ...entry }) => ({
    ...entry,
    to: recipient,
    createdAt: toTimestamp(createdAt),
  }));
  if (c.req.header("Accept")?.includes("text/html") !== true) return c.json({ data: entries });
  c.header("Content-Security-Policy", POLICY);
  return await c.html(
    <html lang="en">
      <head>
        <title>Outbox</title>
      </head>
      <body style={STYLE}>
        <h1>Outbox</h1>
        {entries.map(({ to: recipient, subject, text, links, createdAt }) => (
          <article>
            <h2>{subject ?? "SMS"}</h2>
            <p>
              {recipient}, {createdAt}
            </p>
            <pre style="white-space:pre-wrap">{text}</pre>
            {links.map((link) => (
              <p>
                <a href={link}>{link}</a>
              </p>
            ))}
          </article>
        ))}
      </body>
    </html>,
  );
}

async function listTemplates(c: HttpContext): Promise<Response> {
  const locale = c.req.query("locale") ?? "en";
  c.header("Content-Security-Policy", POLICY);
  return await c.html(
    <html lang="en">
      <head>
        <title>Templates</title>
      </head>
      <body style={STYLE}>
        <h1>Templates</h1>
        <ul>
          {KIND_NAMES.map((kind) => (
            <li>
              <a href={`/dev/templates/${kind}?locale=${encodeURIComponent(locale)}`}>{kind}</a>,{" "}
              <a href={`/dev/templates/${kind}?locale=${encodeURIComponent(locale)}&format=text`}>text</a>
            </li>
          ))}
        </ul>
      </body>
    </html>,
  );
}

async function showTemplate(c: HttpContext): Promise<Response> {
  const kind = c.req.param("kind") ?? "";
  if (!isKind(kind)) throw http.notFound({ detail: "GET /dev/templates lists all of them." });
  const { locale = "en", timeZone = "UTC", format } = c.req.query();
  const data = definitionOf(kind).data.parse(SAMPLES[kind]) as Subject["data"];
  const subject: Subject = { kind, data, locale, timeZone, name: "Ada" };
  if (isSms(kind)) return c.text(renderSms(subject).text);
  const unsubscribePath = definitionOf(kind).category === "bulk" ? "/unsubscribe?token=sample" : null;
  const mail = await renderMail(subject, { publicOrigin: c.get("ctx").config.publicOrigin, unsubscribePath });
  if (format === "text") return c.text(mail.text);
  c.header("Content-Security-Policy", POLICY);
  return c.html(mail.html);
}
