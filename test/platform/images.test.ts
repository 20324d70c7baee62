import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { inspectUpload } from "#platform/uploads";
import { theCourse } from "../support/academy.ts";
import type { Account } from "../support/accounts.ts";
import { anAccount } from "../support/accounts.ts";
import { anOperator } from "../support/actors.ts";
import type { Call } from "../support/app.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { aPicture, aPng } from "../support/files.ts";

const app = testApp();
const OFF = { IMAGES: undefined };
const AS_IT_CAME = { "Content-Type": "image/png" };

async function withAvatar(body: Uint8Array<ArrayBuffer>): Promise<Account> {
  const account = await anAccount(app);
  await putAvatar(account, body);
  return account;
}

async function putAvatar({ actor: as }: Account, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const answer = await app.call("PUT /api/v1/me/avatar", { as, body, headers: AS_IT_CAME });
  expect(answer.status).toBe(200);
}

async function avatarOf({ actor: as }: Account, query = "", bindings: object = {}): Promise<Response> {
  return await app.call(`GET /api/v1/me/avatar${query}`, { as, env: bindings as NonNullable<Call["env"]> });
}

async function sizeOf(response: Response) {
  const inspected = inspectUpload(new Uint8Array(await response.arrayBuffer()), ["image/webp", "image/png"]);
  return inspected.ok ? { type: inspected.type, ...inspected.size } : inspected;
}

async function kept({ user }: Account): Promise<string[]> {
  const { objects } = await env.FILES.list({ prefix: `avatars/${user.id}/` });
  return objects.map(({ key }) => key.slice(key.indexOf(".w") + 1));
}

describe("a picture", () => {
  it("comes as it was sent, and in the next of a few widths when one is asked for", async () => {
    const account = await withAvatar(await aPicture(300, 150));
    expect(await sizeOf(await avatarOf(account))).toEqual({ type: "image/png", width: 300, height: 150 });
    expect(await sizeOf(await avatarOf(account, "?width=100"))).toEqual({ type: "image/webp", width: 128, height: 64 });
    expect((await avatarOf(account, "?width=128")).headers.get("Content-Type")).toBe("image/webp");
  });

  it("is never made larger than it came", async () => {
    const account = await withAvatar(await aPicture(30, 20));
    expect(await sizeOf(await avatarOf(account, "?width=9000"))).toMatchObject({ width: 30, height: 20 });
  });

  it("is made once for each width, and kept", async () => {
    const account = await withAvatar(await aPicture(300, 150));
    for (const width of [65, 100, 128, 200, 256]) await (await avatarOf(account, `?width=${width}`)).arrayBuffer();
    expect((await kept(account)).filter((key) => key.startsWith("w"))).toEqual(["w128", "w256"]);
    const broken = {
      IMAGES: {
        input: () => {
          throw new Error("nobody should ask");
        },
      },
    };
    expect(await sizeOf(await avatarOf(account, "?width=99", broken))).toMatchObject({ type: "image/webp" });
  });

  it("is served as it came where the platform does not resize, or cannot", async () => {
    const account = await withAvatar(await aPicture(300, 150));
    expect(await sizeOf(await avatarOf(account, "?width=100", OFF))).toMatchObject({ type: "image/png", width: 300 });
    expect(await kept(account)).toHaveLength(1);
    const half = await withAvatar(aPng(300, 150));
    expect(await sizeOf(await avatarOf(half, "?width=100"))).toMatchObject({ type: "image/png", width: 300 });
  });

  it("takes its sizes along when it goes", async () => {
    const account = await withAvatar(await aPicture(300, 150));
    await (await avatarOf(account, "?width=64")).arrayBuffer();
    expect(await kept(account)).toHaveLength(2);
    await putAvatar(account, await aPicture(20, 20));
    expect(await kept(account)).toHaveLength(1);
  });

  it("refuses widths that are none", async () => {
    const account = await withAvatar(aPng());
    for (const width of ["0", "-1", "wide", "1e9"]) {
      expect((await avatarOf(account, `?width=${width}`)).status).toBe(422);
    }
  });
});

describe("a lesson's picture", () => {
  it("is fetched in a width by its signed link, whole and in parts; a document stays what it is", async () => {
    const as = anOperator("admin");
    const lesson = (await theCourse(app)).modules.flatMap(({ lessons }) => lessons).find(({ free }) => free);
    const add = async (name: string, type: string, body: BodyInit) =>
      await bodyOf<{ id: string }>(
        await app.call(`POST /api/v1/admin/lessons/${lesson?.id}/files?kind=attachment&name=${name}`, {
          as,
          body,
          headers: { "Content-Type": type },
        }),
      );
    const picture = await add("chart.png", "image/png", await aPicture(1300, 20));
    const paper = await add("paper.pdf", "application/pdf", "%PDF-1.7\n");
    const { files } = await bodyOf<{ files: { id: string; url: string }[] }>(
      await app.call(`GET /api/v1/lessons/${lesson?.id}`),
    );
    const linkOf = (id: string) => new URL(files.find((file) => file.id === id)?.url ?? "").pathname;
    const fetched = await app.call(`GET ${linkOf(picture.id)}?width=1000`);
    expect(fetched.headers.get("Content-Disposition")).toContain("chart.webp");
    expect(await sizeOf(fetched)).toMatchObject({ type: "image/webp", width: 1024 });
    const part = await app.call(`GET ${linkOf(picture.id)}?width=1000`, { headers: { Range: "bytes=0-3" } });
    expect([part.status, await part.text()]).toEqual([206, "RIFF"]);
    for (const width of ["", "0", "wide"]) {
      expect(await sizeOf(await app.call(`GET ${linkOf(picture.id)}?width=${width}`))).toMatchObject({ width: 1300 });
    }
    const document = await app.call(`GET ${linkOf(paper.id)}?width=1000`);
    expect(document.headers.get("Content-Type")).toBe("application/pdf");
    await document.arrayBuffer();
    for (const { id } of [picture, paper]) await app.call(`DELETE /api/v1/admin/files/${id}`, { as });
    const { objects } = await env.FILES.list({ prefix: `lessons/${lesson?.id}/` });
    expect(objects).toEqual([]);
  });
});
