import { createCtx } from "#platform/ctx";
import type { Ctx } from "#platform/ctx";
import type { RootRoute } from "#platform/http/root-route";
import { listStored } from "./archive.ts";
import { findBackup } from "./repository.ts";
import { restoreHere } from "./service.restoring.ts";
import { takeDaily } from "./service.ts";
import { advance } from "./service.writing.ts";

/** Doors of development, for the commands that back up and restore a state directory on this machine. */

const closed = { method: "POST", limit: "exempt", duringMaintenance: true, developmentOnly: true } as const;
const MAX_RUNS = 10_000;

function systemCtx({ env, requestId, log, defer, composition }: Ctx): Ctx {
  return createCtx({ env, requestId, log, defer, composition, actor: { kind: "system", job: "backups" } });
}

export const rootRoutes: readonly RootRoute[] = [
  {
    ...closed,
    path: "/dev/backup",
    handler: async (c) => {
      const ctx = systemCtx(c.get("ctx"));
      await takeDaily(ctx);
      for (let run = 0; run < MAX_RUNS; run += 1) {
        const before = (await listStored(ctx)).at(-1) ?? null;
        await advance(ctx);
        const id = (await listStored(ctx)).at(-1) ?? null;
        const row = id !== null && id !== before ? await findBackup(ctx, id) : null;
        if (id !== null && row) return c.json({ id, rows: row.rowCount, parts: row.parts, bytes: row.bytes });
      }
      return c.json({ id: null }, 503);
    },
  },
  {
    ...closed,
    path: "/dev/restore",
    handler: async (c) => {
      const ctx = systemCtx(c.get("ctx"));
      const id = c.req.query("backup") ?? (await listStored(ctx)).at(-1);
      if (id === undefined) return c.json({ ok: false, findings: ["There is no backup."] }, 404);
      return c.json({ id, ...(await restoreHere(ctx, id)) });
    },
  },
];
