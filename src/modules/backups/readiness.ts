import { DAY, HOUR, SECOND, toTimestamp } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { Gauge } from "#platform/metrics-catalogue";
import type { ReadinessItem } from "#platform/module";
import { keyIdOf } from "./archive.ts";
import type { BackupRow } from "./repository.ts";
import { isUnsettled } from "./repository.ts";
import type { Newest } from "./service.ts";
import { findNewest } from "./service.ts";

const GROUP = "data";
const FRESH_MS = 26 * HOUR;
const PROVEN_MS = 8 * DAY;

/** Whether the data could be brought back: a fresh backup, one that was restored for proof, and its key. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const [found, unsettled] = await Promise.all([findNewest(ctx), isUnsettled(ctx)]);
  return [freshItem(ctx, found.newest), provenItem(ctx, found), keysItem(ctx, found.stored), restoreItem(unsettled)];
}

/** What lacks in production is only remarked on in development. */
const lacking = ({ config }: Ctx): ReadinessItem["status"] => (config.development ? "warn" : "fail");

function freshItem(ctx: Ctx, newest: BackupRow | null): ReadinessItem {
  const fresh = (newest?.takenAt ?? 0) >= ctx.now() - FRESH_MS;
  return {
    id: "backups.fresh",
    group: GROUP,
    title: "There is a backup of the last day",
    status: fresh ? "pass" : lacking(ctx),
    evidence: newest ? `The newest shows ${toTimestamp(newest.takenAt ?? 0)}.` : "There is no backup.",
    fix: "POST /api/v1/admin/backups or `npm run backup`; see why backups.takeDaily does not run.",
  };
}

function provenItem(ctx: Ctx, { newest, proven }: Newest): ReadinessItem {
  const base = {
    id: "backups.proven",
    group: GROUP,
    title: "A backup was restored for proof within eight days",
    fix: "POST /api/v1/admin/backups/{id}/verify, or `npm run restore -- --drill`.",
  } as const;
  if (newest?.verification === "failed")
    return { ...base, status: "fail", evidence: `The newest does not stand the proof: ${newest.finding ?? ""}` };
  if (!proven) return { ...base, status: lacking(ctx), evidence: "None ever was." };
  const at = proven.verifiedAt ?? 0;
  const evidence = `Last at ${toTimestamp(at)}, in ${proven.verifiedMs ?? 0} ms.`;
  return { ...base, status: at >= ctx.now() - PROVEN_MS ? "pass" : lacking(ctx), evidence };
}

function keysItem(ctx: Ctx, stored: readonly BackupRow[]): ReadinessItem {
  const held = new Set(ctx.config.fieldKeys.map(({ id }) => id));
  const lost = stored.filter(({ sealedKey }) => !held.has(keyIdOf(sealedKey))).length;
  return {
    id: "backups.keys",
    group: GROUP,
    title: "Every backup can be read with the keys that are configured",
    status: lost === 0 ? "pass" : "fail",
    evidence: lost === 0 ? `${stored.length} backups.` : `${lost} need a key that is not in FIELD_KEYS.`,
    fix: "Put the old pair back at the end of FIELD_KEYS.",
  };
}

function restoreItem(unsettled: boolean): ReadinessItem {
  return {
    id: "backups.restore",
    group: GROUP,
    title: "No restore waits to be settled",
    status: unsettled ? "fail" : "pass",
    evidence: unsettled ? "The database was restored, and money stays until that is settled." : "None waits.",
    fix: "Compare with gateways, bank and chains, then POST /api/v1/admin/restores/{id}/settle.",
  };
}

/** How old the newest backup is, and the newest that was restored for proof; nothing where there is none yet. */
export async function gauges(ctx: Ctx): Promise<readonly Gauge[]> {
  const { newest, proven } = await findNewest(ctx);
  const ageOf = (at: number | null | undefined): number => (ctx.now() - (at ?? 0)) / SECOND;
  const fresh = { name: "backup_age_seconds", help: "Age of what the newest backup shows." };
  const proof = { name: "backup_proof_age_seconds", help: "Time since a backup was last restored for proof." };
  return [
    ...(newest ? [{ ...fresh, value: ageOf(newest.takenAt) }] : []),
    ...(proven ? [{ ...proof, value: ageOf(proven.verifiedAt) }] : []),
  ];
}
