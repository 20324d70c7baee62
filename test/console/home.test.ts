import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";

const app = testApp();

describe("the first page", () => {
  it("names what is on, loads nothing from elsewhere and lets no other style in", async () => {
    const answer = await app.call("GET /");
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain("Support: help articles and tickets");
    expect(html).not.toMatch(/(?:src|href)="https?:/);
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
