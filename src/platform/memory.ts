import type { Ctx } from "./ctx.ts";

/** A value that an isolate keeps for a while, per database. A cache: losing it costs one read. */
export interface Memory<T> {
  get(ctx: Ctx): Promise<T>;
  /** Makes the next read go to its source. */
  forget(): void;
}

interface Entry<T> {
  readonly value: T;
  readonly expiresAt: number;
  /** From when on one caller reads anew while the others go on with what is here. */
  refreshAt: number;
}

const REFRESH_PATIENCE_MS = 250;

/**
 * Remembers what `load` reads for `ttlMs`. Only finished reads are shared, never a promise: the request that a read
 * belongs to may be cancelled, and whoever waits for its promise would then wait for ever.
 */
export function remember<T>(ttlMs: number, load: (ctx: Ctx) => Promise<T>): Memory<T> {
  let kept = new WeakMap<Env, Entry<T>>();
  return {
    async get(ctx) {
      const now = Date.now();
      const entry = kept.get(ctx.env);
      if (entry && now < entry.expiresAt) {
        if (now < entry.refreshAt) return entry.value;
        entry.refreshAt = now + REFRESH_PATIENCE_MS;
      }
      const into = kept;
      const value = await load(ctx);
      into.set(ctx.env, { value, expiresAt: now + ttlMs, refreshAt: now + ttlMs * 0.8 });
      return value;
    },
    forget() {
      kept = new WeakMap();
    },
  };
}
