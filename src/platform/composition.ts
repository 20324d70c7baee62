import type { Composition } from "./module.ts";

/**
 * The composition for whoever is not handed one: an object wakes by itself, without a request. The entry point says
 * once, as it loads, how it is put together.
 */

let source: ((env: Env) => Composition) | null = null;

export function provideComposition(from: (env: Env) => Composition): void {
  source = from;
}

export function compositionOf(env: Env): Composition {
  if (!source) throw new TypeError("The entry point has not been loaded.");
  return source(env);
}
