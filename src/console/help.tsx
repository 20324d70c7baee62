import type { HttpContext } from "#platform/http/env";
import type { RootRoute } from "#platform/http/root-route";
import { ask, clientOf, Refusal } from "#console/frame/client.ts";
import { Layout } from "#console/frame/layout.tsx";
import { Markdown } from "#console/frame/markdown.tsx";
import { page } from "#console/frame/page.ts";
import { fault } from "#console/frame/site.tsx";

/** The help articles, for anybody to read. */

const addressOf = (c: HttpContext): string => `${c.get("ctx").config.publicOrigin}${c.req.path}`;

const list: RootRoute = {
  method: "GET",
  path: "/help",
  limit: "public",
  handler: async (c) => {
    const { data } = await ask(clientOf(c).help.articles.$get());
    return await page(c, (nonce) => (
      <Layout title="Help – Bourse" description="How things are done here." nonce={nonce} address={addressOf(c)}>
        <h1>Help</h1>
        <ul class="plain">
          {data.map(({ slug, title, summary }) => (
            <li>
              <a href={`/help/${slug}`}>{title}</a> <small>{summary}</small>
            </li>
          ))}
        </ul>
      </Layout>
    ));
  },
};

const article: RootRoute = {
  method: "GET",
  path: "/help/:slug",
  limit: "public",
  handler: async (c) => {
    try {
      const param = { slug: c.req.param("slug") ?? "" };
      const { title, body } = await ask(clientOf(c).help.articles[":slug"].$get({ param }));
      return await page(c, (nonce) => (
        <Layout title={`${title} – Bourse`} description={title} nonce={nonce} address={addressOf(c)}>
          <p>
            <a href="/help">Help</a>
          </p>
          <h1>{title}</h1>
          <Markdown text={body} />
        </Layout>
      ));
    } catch (error) {
      if (error instanceof Refusal) return await fault(c, error.problem.status);
      throw error;
    }
  },
};

export const helpRoutes = [list, article] as const satisfies readonly RootRoute[];
