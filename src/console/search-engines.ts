import type { HttpContext } from "#platform/http/env";
import type { RootRoute } from "#platform/http/root-route";
import { ask, clientOf } from "./frame/client.ts";

/** What search engines may read, and where it stands. */

const robots: RootRoute = {
  method: "GET",
  path: "/robots.txt",
  limit: "public",
  duringMaintenance: true,
  handler: (c) => {
    const closed = ["/api/", "/certificates/", "/r/"].map((path) => `Disallow: ${path}`);
    return c.text(`User-agent: *\n${closed.join("\n")}\nSitemap: ${originOf(c)}/sitemap.xml\n`);
  },
};

const OPEN = ["/", "/help", "/status", "/sign-in", "/sign-up", "/legal/privacy", "/legal/terms", "/legal/referral"];

const sitemap: RootRoute = {
  method: "GET",
  path: "/sitemap.xml",
  limit: "public",
  handler: async (c) => {
    const { data } = await ask(clientOf(c).help.articles.$get());
    const docs = c.get("ctx").config.docsEnabled ? ["/docs", "/redoc"] : [];
    const paths = [...OPEN, ...docs, ...data.map(({ slug }) => `/help/${slug}`)];
    const entries = paths.map((path) => `<url><loc>${originOf(c)}${encodeURI(path)}</loc></url>`).join("");
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${entries}</urlset>\n`;
    return c.body(body, 200, { "Content-Type": "application/xml; charset=utf-8" });
  },
};

const originOf = (c: HttpContext): string => c.get("ctx").config.publicOrigin;

export const searchEngineRoutes = [robots, sitemap] as const satisfies readonly RootRoute[];
