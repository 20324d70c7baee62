/** Bindings whose limiter fails as the platform's calls can: with what `decide` does, on every shard. */
export function brokenLimiter(decide: () => Promise<never>): Pick<Env, "RATE_LIMITER"> {
  return { RATE_LIMITER: { getByName: () => ({ decide }) } as unknown as Env["RATE_LIMITER"] };
}
