import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { CronJob, Module } from "#platform/module";
import { erase, listDocuments } from "./repository.ts";
import { routes } from "./routes.ts";
import { deleteDue, readVerification } from "./service.ts";

export { tierOf } from "./service.ts";
export type { Tier } from "./service.ts";

const tags = { Verification: "How far your identity has been shown, from which limits follow." } as const;
const crons: readonly CronJob[] = [{ name: "verification.deleteDue", schedule: "29 3 * * *", run: deleteDue }];

/** The files go first: their rows hold the keys without which they are noise. */
async function eraseUser(ctx: Ctx, userId: Id<"user">) {
  const files = (await listDocuments(ctx, userId)).map(({ fileKey }) => fileKey);
  if (files.length > 0) await ctx.env.FILES.delete(files);
  return erase(ctx, userId);
}

async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const { tier, documents } = await readVerification(ctx, userId);
  return {
    tier,
    documents: documents.map(({ id, kind, contentType, bytes, createdAt, deleteAt }) => ({
      id,
      kind,
      contentType,
      bytes,
      createdAt,
      deleteAt,
    })),
  };
}

/** How far people have shown who they are. */
export const verification = {
  name: "verification",
  required: true,
  routes,
  tags,
  crons,
  exportUser,
  eraseUser,
} as const satisfies Module;
