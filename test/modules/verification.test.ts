import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { tierOf } from "#modules/verification";
import { DAY } from "#kernel/time";
import { deleteDue } from "../../src/modules/verification/service.ts";
import { anAccount } from "../support/accounts.ts";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { aPdf } from "../support/documents.ts";
import { rows } from "../support/platform.ts";

const app = testApp();

interface Standing {
  readonly tier: number;
  readonly documents: readonly { readonly id: string; readonly kept: boolean; readonly deleteAt: string | null }[];
}

async function show(as: ReturnType<typeof aUser>, body: Uint8Array<ArrayBuffer> = aPdf()): Promise<Response> {
  const headers = { "Content-Type": "application/pdf" };
  return await app.call("POST /api/v1/me/verification/documents?kind=passport", { as, body, headers });
}

describe("a document", () => {
  it("lies sealed, is shown to administrators as it was, and goes when its time is over", async () => {
    const { user, actor } = await anAccount(app);
    const { id } = await bodyOf<{ id: string }>(await show(actor));
    const [row] = await rows<{ file_key: string }>("select file_key from verification_documents where id = ?", id);
    const kept = await (await env.FILES.get(row?.file_key ?? ""))?.text();
    expect(kept).not.toContain("%PDF");
    const view = async (as = anOperator()) => await app.call(`GET /api/v1/admin/verification-documents/${id}`, { as });
    const seen = await view();
    expect(seen.headers.get("Content-Type")).toBe("application/pdf");
    expect(new Uint8Array(await seen.arrayBuffer())).toEqual(aPdf());
    expect((await view(anOperator("support"))).status).toBe(403);
    const json = { tier: 1, reason: "Passport seen." };
    const set = await app.call(`POST /api/v1/admin/users/${user.id}/tier`, { as: anOperator(), json });
    expect(set.status).toBe(200);
    expect(await tierOf(testCtx(app), user.id)).toBe(1);
    await deleteDue(testCtx(app, { now: () => Date.now() + 89 * DAY }));
    expect((await view()).status).toBe(200);
    await deleteDue(testCtx(app, { now: () => Date.now() + 91 * DAY }));
    expect((await view()).status).toBe(404);
    expect(await env.FILES.get(row?.file_key ?? "")).toBeNull();
    const mine = await bodyOf<Standing>(await app.call("GET /api/v1/me/verification", { as: actor }));
    expect(mine).toMatchObject({ tier: 1, documents: [{ id, kept: false }] });
  });

  it("is taken for what its bytes are, up to a size and a number", async () => {
    const as = aUser({ plan: "enterprise" });
    const html = Uint8Array.from(new TextEncoder().encode("<html><script>alert(1)</script>"));
    expect((await show(as, html)).status).toBe(422);
    expect((await show(as, new Uint8Array())).status).toBe(422);
    const large = new Uint8Array(8 * 1024 * 1024 + 1);
    large.set(aPdf());
    expect((await show(as, large)).status).toBe(413);
    const answers = await Promise.all(Array.from({ length: 24 }, async () => await show(as)));
    expect(answers.filter(({ status }) => status === 201).length).toBe(20);
  });
});

describe("a tier", () => {
  it("is set by another administrator alone", async () => {
    const { user } = await anAccount(app);
    const set = async (as: ReturnType<typeof aUser>, json: object) =>
      (await app.call(`POST /api/v1/admin/users/${user.id}/tier`, { as, json })).status;
    expect(await set(anOperator("support"), { tier: 2 })).toBe(403);
    expect(await set({ ...anOperator(), userId: user.id }, { tier: 2 })).toBe(409);
    for (const tier of [3, -1, 1.5, "1", null]) expect(await set(anOperator(), { tier })).toBe(422);
    expect(await set(anOperator(), { tier: 2 })).toBe(200);
  });
});
