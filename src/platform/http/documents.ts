import type { HttpContext } from "./env.ts";
import { http } from "./problems.ts";
import type { RootRoute } from "./root-route.ts";

/** The reference: the OpenAPI document and two readers of it, from the Worker's own assets, so that they work offline. */

const READER_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export function documentRoutes(write: () => object): RootRoute[] {
  let document: string | undefined;
  const open = { method: "GET", limit: "public", duringMaintenance: true } as const;
  return [
    {
      ...open,
      path: "/openapi.json",
      handler: (c) => {
        refuseUnlessEnabled(c);
        document ??= JSON.stringify(write());
        return c.body(document, 200, {
          "Content-Type": "application/json; charset=utf-8",
          "Cache-Control": "public, max-age=60",
        });
      },
    },
    { ...open, path: "/docs", handler: async (c) => await page(c, "/docs/index.html") },
    { ...open, path: "/docs/:file", handler: async (c) => await asset(c, `/docs/${c.req.param("file")}`) },
    { ...open, path: "/redoc", handler: async (c) => await page(c, "/redoc/index.html") },
    { ...open, path: "/redoc/:file", handler: async (c) => await asset(c, `/redoc/${c.req.param("file")}`) },
  ];
}

async function page(c: HttpContext, path: string): Promise<Response> {
  const answer = await asset(c, path);
  answer.headers.set("Content-Security-Policy", READER_POLICY);
  return answer;
}

async function asset(c: HttpContext, path: string): Promise<Response> {
  refuseUnlessEnabled(c);
  const found = await c.env.ASSETS.fetch(new URL(path.replace(/index\.html$/, ""), c.req.url));
  if (!found.ok) throw http.notFound();
  const answer = new Response(found.body, found);
  answer.headers.set("Cache-Control", "public, max-age=3600");
  return answer;
}

function refuseUnlessEnabled(c: HttpContext): void {
  if (!c.get("ctx").config.docsEnabled) throw http.notFound();
}
