import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";

const app = testApp();

describe("the first page", () => {
  it("names what is on, loads nothing from elsewhere and lets no other style in", async () => {
    const answer = await app.call("GET /");
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain("<h3>Support</h3>");
    expect(html).not.toMatch(/(?:src|href)="https?:\/\/(?!127\.0\.0\.1:8787\/)/);
    const nonce = /nonce="([^"]+)"/.exec(html)?.[1];
    expect(answer.headers.get("Content-Security-Policy")).toContain(`style-src 'nonce-${nonce}'`);
  });

  it("does not point to the reference where it is closed", async () => {
    const answer = await app.call("GET /", { env: { ENVIRONMENT: "production" } });
    expect(await answer.text()).not.toContain("/docs");
  });
});

describe("security.txt", () => {
  it("says where to report and until when it holds", async () => {
    const text = await (await app.call("GET /.well-known/security.txt")).text();
    expect(text).toMatch(/^Contact: https?:/m);
    expect(Date.parse(/^Expires: (.+)$/m.exec(text)?.[1] ?? "")).toBeGreaterThan(Date.now());
  });
});

describe("the help pages", () => {
  it("show every article by its link, and say that there is no other", async () => {
    await app.call("POST /dev/seed");
    const html = await (await app.call("GET /help")).text();
    const links = [...html.matchAll(/href="(\/help\/[^"]+)"/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect((await app.call(`GET ${link}`)).status, link).toBe(200);
    const none = await app.call("GET /help/no-such-article");
    expect(none.status).toBe(404);
    expect(none.headers.get("Content-Type")).toContain("text/html");
  });
});

describe("search engines", () => {
  it("are told what is open, and find every page of the sitemap", async () => {
    await app.call("POST /dev/seed");
    const robots = await (await app.call("GET /robots.txt")).text();
    expect(robots).toContain("Disallow: /api/");
    const where = /^Sitemap: (.+)$/m.exec(robots)?.[1] ?? "";
    const answer = await app.call(`GET ${new URL(where).pathname}`);
    expect(answer.headers.get("Content-Type")).toContain("application/xml");
    const pages = [...(await answer.text()).matchAll(/<loc>([^<]+)<\/loc>/g)].map(
      ([, page = ""]) => new URL(page).pathname,
    );
    expect(pages).toContain("/legal/privacy");
    for (const page of pages.filter((path) => !path.startsWith("/docs") && !path.startsWith("/redoc"))) {
      const { status, headers } = await app.call(`GET ${page}`);
      expect({ page, status }).toEqual({ page, status: 200 });
      expect(headers.get("X-Robots-Tag") ?? "", page).not.toContain("noindex");
    }
  });
});

describe("a public page that somebody shares", () => {
  it.each(["/", "/help", "/sign-up", "/status", "/legal/privacy"])(
    "is shown with a picture of ours (%s)",
    async (path) => {
      const html = await (await app.call(`GET ${path}`)).text();
      const named = (what: string): string =>
        new RegExp(`property="og:image${what}" content="([^"]+)"`).exec(html)?.[1] ?? "";
      expect(named("")).toMatch(/^https?:\/\//);
      expect(named(":alt")).not.toBe("");
      const answer = await app.call(`GET ${new URL(named("")).pathname}`);
      expect(answer.headers.get("Content-Type")).toBe("image/png");
      const picture = new DataView(await answer.arrayBuffer());
      expect([picture.getUint32(16), picture.getUint32(20)].map(String)).toEqual([named(":width"), named(":height")]);
      expect(picture.byteLength).toBeLessThan(64 * 1_024);
    },
  );

  it("is no page that takes a session, or a link that somebody was sent", async () => {
    for (const path of ["/unsubscribe", "/nowhere"])
      expect(await (await app.call(`GET ${path}`, { headers: { Accept: "text/html" } })).text()).not.toContain(
        "og:image",
      );
  });
});

describe("pages that need no session", () => {
  it("stand in one frame, with their own style and no other", async () => {
    for (const path of ["/", "/help", "/status", "/legal/privacy", "/certificates/AAAA-BBBB-CCCC", "/unsubscribe"]) {
      const answer = await app.call(`GET ${path}`);
      const html = await answer.text();
      const nonce = /<style nonce="([^"]+)"/.exec(html)?.[1];
      expect(answer.headers.get("Content-Security-Policy"), path).toContain(`style-src 'nonce-${nonce}'`);
      expect(html, path).toContain('<a href="/legal/privacy">Privacy</a>');
      expect(html, path).toContain('property="og:title"');
    }
  });
});
