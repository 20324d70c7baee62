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
