import { describe, expect, it } from "vitest";
import { versionOf } from "../../src/modules/legal/rules.ts";
import { acceptAtRegistration } from "../../src/modules/legal/service.ts";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { rows } from "../support/platform.ts";

const app = testApp();
const named = {
  SELLER: "Ledger & Sons|1 Street|City",
  LEGAL_EMAIL: "law@sons.bank",
  LEGAL_JURISDICTION: "the laws of India",
};

describe("a legal page", () => {
  it.each(["privacy", "terms", "referral"] as const)(
    "of %s names the operator, and nothing that is not escaped",
    async (name) => {
      const answer = await app.call(`GET /legal/${name}`, {
        env: { ...named, SELLER: "Sons <b>Ltd</b>|1 Street|City" },
      });
      const text = await answer.text();
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
      expect(text).toContain(versionOf(name));
      expect(text).not.toContain("<b>");
      expect(text.includes("law@sons.bank")).toBe(name !== "referral");
    },
  );
});

describe("consent", () => {
  it("is written down at registration, once, and asked for again under a new version", async () => {
    const as = aUser();
    expect(await bodyOf(await app.call("GET /api/v1/me/consents", { as }))).toEqual({
      accepted: [],
      outstanding: ["privacy", "terms"],
    });
    await acceptAtRegistration(testCtx(app), as.userId);
    await acceptAtRegistration(testCtx(app), as.userId);
    const consents = await bodyOf<{ accepted: object[]; outstanding: string[] }>(
      await app.call("GET /api/v1/me/consents", { as }),
    );
    expect([consents.accepted.length, consents.outstanding]).toEqual([2, []]);
    await rows(
      "update legal_acceptances set version = '2020-01-01' where user_id = ? and document = 'terms'",
      as.userId,
    );
    expect(await bodyOf(await app.call("GET /api/v1/me/consents", { as }))).toMatchObject({ outstanding: ["terms"] });
    const old = await app.call("POST /api/v1/me/consents", { as, json: { document: "terms", version: "2020-01-01" } });
    expect([old.status, await bodyOf(old)]).toMatchObject([409, { code: "version_not_current" }]);
    const again = await app.call("POST /api/v1/me/consents", {
      as,
      json: { document: "terms", version: versionOf("terms") },
    });
    expect(await bodyOf(again)).toMatchObject({ outstanding: [] });
  });

  it("goes along in the export and goes with the person", async () => {
    const as = aUser();
    const ctx = testCtx(app);
    await acceptAtRegistration(ctx, as.userId);
    expect(JSON.stringify((await app.composition.exportUser(ctx, as.userId))["legal"])).toContain("privacy");
    await ctx.db.batch((await app.composition.eraseUser(ctx, as.userId)).filter(Boolean));
    expect(await rows("select 1 from legal_acceptances where user_id = ?", as.userId)).toEqual([]);
  });
});
