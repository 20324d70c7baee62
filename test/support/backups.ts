import { findBackup } from "../../src/modules/backups/repository.ts";
import { takeDaily } from "../../src/modules/backups/service.ts";
import { advance } from "../../src/modules/backups/service.writing.ts";
import type { TestApp } from "./app.ts";
import { testCtx } from "./ctx.ts";
import { rows } from "./platform.ts";

/** The backup that is being written; an empty text while none is. */
export async function writing(): Promise<string> {
  const [row] = await rows<{ id: string }>("select id from backups_backups where status = 'writing'");
  return row?.id ?? "";
}

/** Writes a backup to its end. */
export async function writeBackup(app: TestApp): Promise<string> {
  await takeDaily(testCtx(app));
  const id = await writing();
  for (let run = 0; run < 40; run += 1) {
    await advance(testCtx(app));
    if ((await findBackup(testCtx(app), id))?.status !== "writing") break;
  }
  return id;
}
