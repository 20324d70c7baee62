import { DAY, MINUTE } from "#kernel/time";
import { AlreadyDone } from "#platform/commit";
import { sha256, sha256Hex } from "#platform/crypto";
import type { Claim, Ctx } from "#platform/ctx";
import { noProgress, placeOf, withClaim } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { HttpContext } from "./env.ts";
import { http } from "./problems.ts";

const KEY = /^[\u0021-\u007e]{1,255}$/;
const KEPT_MS = DAY;
const DEAD_AFTER_MS = MINUTE;
/** Business answers that are remembered next to every 2xx; all other failures leave the key free for another try. */
const REMEMBERED: ReadonlySet<number> = new Set([402, 403, 404, 409]);

type IdempotencyClaim = Extract<Claim, { kind: "idempotency" }>;

interface KeyRow {
  readonly fingerprint: string;
  readonly attempt: number;
  readonly firstClaimedAt: number;
  readonly claimedAt: number;
  readonly result: string | null;
  readonly status: number | null;
  readonly contentType: string | null;
  readonly body: string | null;
}

/** The key of a request: null where none was sent and none is needed. */
export function readIdempotencyKey(c: HttpContext, required: boolean): string | null {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined) {
    if (!required) return null;
    throw http.idempotencyKeyRequired({
      detail: "Send a fresh `Idempotency-Key`, such as a UUID, and repeat it when you retry.",
    });
  }
  if (!KEY.test(key) || key.includes(",")) {
    throw http.idempotencyKeyInvalid({
      detail: "An Idempotency-Key is one value of 1 to 255 visible ASCII characters without a comma.",
    });
  }
  return key;
}

export interface IdempotentCall {
  readonly owner: string;
  readonly route: string;
  readonly key: string;
  readonly body: unknown;
}

/**
 * Runs a call once per key: the first run claims the key, a repeat gets its answer, a concurrent one is refused, and
 * a run whose owner died is taken over after a minute and meets what was committed.
 */
export async function runOnce(
  c: HttpContext,
  call: IdempotentCall,
  run: () => Promise<void>,
): Promise<Response | null> {
  const ctx = c.get("ctx");
  const { pathname, search } = new URL(c.req.url);
  const fingerprint = await sha256Hex(canonical([c.req.method, pathname + search, call.body]));
  const row = await claimKey(ctx, call, fingerprint);
  if (row.fingerprint !== fingerprint) {
    throw http.idempotencyKeyReused({
      detail: "The key belongs to a request with another body or address; use a fresh one.",
    });
  }
  if (row.status !== null) return replay(ctx, call, row);
  if (!row.mine)
    throw http.idempotencyInProgress({
      detail: "Wait for the first call to end, then repeat this one.",
      retryAfterSeconds: 1,
    });
  const claim: IdempotencyClaim = {
    kind: "idempotency",
    progress: noProgress(),
    owner: call.owner,
    route: call.route,
    key: call.key,
    attempt: row.attempt,
    firstClaimedAt: row.firstClaimedAt,
    result: row.result === null ? undefined : { value: await readResult(ctx, call, row.result) },
    seed: await sha256(canonical([call.owner, call.route, call.key, row.firstClaimedAt])),
  };
  c.set("ctx", withClaim(ctx, claim));
  await run();
  await settle(ctx, claim, c);
  return null;
}

async function readResult(ctx: Ctx, call: IdempotentCall, ciphertext: string): Promise<unknown> {
  const text = await ctx.cipher.decrypt(ciphertext, placeOf(call, "result"));
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

/** One statement decides: a new key, a dead owner's or an expired one becomes ours; any other stays as it is. */
async function claimKey(ctx: Ctx, call: IdempotentCall, fingerprint: string): Promise<KeyRow & { mine: boolean }> {
  const now = ctx.now();
  const columns =
    "fingerprint, attempt, first_claimed_at as firstClaimedAt, claimed_at as claimedAt, result, status, content_type as contentType, body";
  const place = [call.owner, call.route, call.key] as const;
  const [, claimed, found] = await ctx.db.batch([
    ctx.db.sql(
      "delete from platform_idempotency_keys where owner = ? and route = ? and key = ? and first_claimed_at <= ?",
      ...place,
      now - KEPT_MS,
    ),
    ctx.db.sql(
      `insert into platform_idempotency_keys (owner, route, key, fingerprint, attempt, first_claimed_at, claimed_at)
       values (?1, ?2, ?3, ?4, 1, ?5, ?5)
       on conflict (owner, route, key) do update set claimed_at = excluded.claimed_at, attempt = attempt + 1
       where status is null and fingerprint = excluded.fingerprint and claimed_at <= ?5 - ?6 returning attempt`,
      ...place,
      fingerprint,
      now,
      DEAD_AFTER_MS,
    ),
    ctx.db.sql(`select ${columns} from platform_idempotency_keys where owner = ? and route = ? and key = ?`, ...place),
  ]);
  const row = found?.results[0] as KeyRow | undefined;
  if (!row) throw new Error("A claimed key must be there.");
  return { ...row, mine: (claimed?.results.length ?? 0) > 0 };
}

async function replay(ctx: Ctx, call: IdempotentCall, row: KeyRow): Promise<Response> {
  const headers = new Headers({ "Idempotent-Replayed": "true" });
  if (row.contentType !== null) headers.set("Content-Type", row.contentType);
  const body = row.body === null ? null : await ctx.cipher.decrypt(row.body, placeOf(call, "body"));
  return new Response(body, { status: row.status ?? 200, headers });
}

/**
 * Keeps the answer or frees the key. What was committed stands whatever happens here, so a failure only costs the
 * repeat its short cut: it takes the key over after a minute and meets the result.
 */
async function settle(ctx: Ctx, claim: IdempotencyClaim, c: HttpContext): Promise<void> {
  if (c.error instanceof AlreadyDone) {
    if (claim.result && !claim.progress.entered)
      ctx.log.error("A verb under an idempotency key is not wrapped in `once`.", { route: claim.route });
    return;
  }
  try {
    await ctx.db.batch([isRemembered(c.res.status) ? await keep(ctx, claim, c.res.clone()) : free(ctx, claim, c.res)]);
  } catch (error) {
    ctx.log.warn("An answer could not be kept under its idempotency key.", { route: claim.route, error });
  }
}

function isRemembered(status: number): boolean {
  return (status >= 200 && status < 300) || REMEMBERED.has(status);
}

const HELD = "where owner = ? and route = ? and key = ? and attempt = ?";

async function keep(ctx: Ctx, claim: IdempotencyClaim, answer: Response): Promise<Statement> {
  const { status, headers } = answer;
  const body = status === 204 ? null : await ctx.cipher.encrypt(await answer.text(), placeOf(claim, "body"));
  return ctx.db.sql(
    `update platform_idempotency_keys set status = ?, content_type = ?, body = ? ${HELD}`,
    status,
    headers.get("Content-Type"),
    body,
    claim.owner,
    claim.route,
    claim.key,
    claim.attempt,
  );
}

/**
 * A refused request gives its key back whole. After a failure of ours, or once anything may have been committed, the
 * key keeps its request and its time, from which the ids follow, so that the next run meets the rows of this one.
 */
function free(ctx: Ctx, claim: IdempotencyClaim, answer: Response): Statement {
  const untouched = answer.status < 500 && claim.attempt === 1 && !claim.progress.committed;
  const verb = untouched
    ? "delete from platform_idempotency_keys"
    : "update platform_idempotency_keys set claimed_at = 0";
  return ctx.db.sql(`${verb} ${HELD}`, claim.owner, claim.route, claim.key, claim.attempt);
}

/** JSON with sorted names, so that neither their order nor white space makes a request another one. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value ?? null;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, sorted(item)]));
}
