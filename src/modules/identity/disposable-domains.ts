import { sha256 } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { remember } from "#platform/memory";
import { DAY } from "#kernel/time";

/**
 * The domains of throw-away mail services, read from the Worker's own files: the first 32 bits of each one's hash, in
 * order. Of the domains that are none of them one in thirty-five thousand is taken for one.
 */

const FILE = "https://assets.invalid/identity/disposable-domains.bin";
const HASH_BYTES = 4;

const remembered = remember(DAY, async (ctx) => {
  const answer = await ctx.env.ASSETS.fetch(FILE);
  if (!answer.ok) throw new Error("The list of throw-away mail services is not among the files.");
  return new DataView(await answer.arrayBuffer());
});

/** Whether an address belongs to a throw-away service, or to a subdomain of one. Without the list nobody is refused. */
export async function isDisposable(ctx: Ctx, email: string): Promise<boolean> {
  const labels = email.slice(email.indexOf("@") + 1).split(".");
  const domains = labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
  try {
    const list = await remembered.get(ctx);
    const hashes = await Promise.all(domains.map(sha256));
    return hashes.some((hash) => includes(list, new DataView(hash.buffer).getUint32(0)));
  } catch (error) {
    ctx.log.warn("Throw-away addresses could not be told apart.", { error });
    return false;
  }
}

/** Looks a hash up by halving. */
function includes(list: DataView, wanted: number): boolean {
  let low = 0;
  let high = list.byteLength / HASH_BYTES - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = list.getUint32(middle * HASH_BYTES);
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
