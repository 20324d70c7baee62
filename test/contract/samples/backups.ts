import { takeDaily } from "../../../src/modules/backups/service.ts";
import { advance } from "../../../src/modules/backups/service.writing.ts";
import type { TestApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { freshId } from "../../support/actors.ts";
import { rows } from "../../support/platform.ts";
import type { Samples } from "./sample.ts";

async function aBackup(app: TestApp): Promise<{ id: string }> {
  await takeDaily(testCtx(app));
  await advance(testCtx(app));
  const [stored] = await rows<{ id: string }>(
    "select id from backups_backups where status = 'stored' order by id desc",
  );
  return { id: stored?.id ?? "" };
}

/** One that is settled: money is under test beside it, and until then none leaves. */
async function aRestore(): Promise<{ id: string }> {
  const id = freshId("restore");
  const now = Date.now();
  await rows(
    "insert into backups_restores (id, backup_id, taken_at, restored_at, mended_at, settled_at) values (?, ?, ?, ?, ?, ?)",
    id,
    freshId("backup"),
    now,
    now,
    now,
    now,
  );
  return { id };
}

export const backups: Samples = {
  listBackups: async (app) => {
    await aBackup(app);
    return { query: "limit=1", status: 200 };
  },
  createBackup: () => ({ status: 202 }),
  verifyBackup: async (app) => ({ params: await aBackup(app), status: 202 }),
  listRestores: async () => {
    await aRestore();
    return { status: 200 };
  },
  settleRestore: async () => ({
    params: await aRestore(),
    json: { reason: "Compared with the gateways." },
    status: 200,
  }),
};
