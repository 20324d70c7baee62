import type { Ctx } from "./ctx.ts";

/** A value that an isolate keeps for a while, per database. A cache: losing it costs one read. */
export interface Memory<T> {
  get(ctx: Ctx): Promise<T>;
  /** Makes the next read go to its source. */
  forget(): void;
}

/** Remembers what `load` reads for `ttlMs`; callers at the same time share one read, and a failure is not kept. */
export function remember<T>(ttlMs: number, load: (ctx: Ctx) => Promise<T>): Memory<T> {
  let kept = new WeakMap<Env, { readonly value: Promise<T>; readonly expiresAt: number }>();
  return {
    get(ctx) {
      const now = Date.now();
      const entry = kept.get(ctx.env);
      if (entry && entry.expiresAt > now) return entry.value;
      const value = load(ctx);
      kept.set(ctx.env, { value, expiresAt: now + ttlMs });
      value.catch(() => kept.delete(ctx.env));
      return value;
    },
    forget() {
      kept = new WeakMap();
    },
  };
}
