/** Written by scripts/islands.ts: where each island is served, under a name that changes with its content. */
declare module "#islands" {
  export const ISLANDS: Readonly<Record<string, string>>;
}
