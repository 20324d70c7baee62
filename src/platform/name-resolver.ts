import { z } from "zod";

/** Looks names up over HTTPS, in the JSON form of Cloudflare's and Google's resolvers. */

const RECORDS = { A: 1, AAAA: 28, MX: 15, TXT: 16 } as const;

const NO_SUCH_NAME = 3;

const answerSchema = z.object({
  Status: z.int(),
  Answer: z
    .array(z.object({ type: z.int(), data: z.string().max(4_096) }))
    .max(200)
    .default([]),
});

export interface Lookup {
  readonly name: string;
  readonly timeoutMs: number;
}

/** All addresses of a name, of both families; null when it has none or the resolver cannot be asked. */
export async function resolveName(resolverUrl: string, lookup: Lookup): Promise<string[] | null> {
  const asked = (["A", "AAAA"] as const).map(async (type) => await ask(resolverUrl, { ...lookup, type }));
  const answers = await Promise.all(asked);
  if (answers.includes(null)) return null;
  const addresses = answers.flatMap((answer) => answer ?? []);
  return addresses.length === 0 ? null : addresses;
}

/** The texts or mail servers under a name, none where it has none; null when the resolver cannot be asked. */
export async function resolveRecords(
  resolverUrl: string,
  lookup: Lookup & { readonly type: "MX" | "TXT" },
): Promise<string[] | null> {
  return (await ask(resolverUrl, lookup))?.map(joinText) ?? null;
}

/** A long text comes in quoted pieces. */
function joinText(data: string): string {
  const pieces = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, piece]) => piece ?? "");
  return pieces.length === 0 ? data : pieces.join("");
}

async function ask(
  resolverUrl: string,
  { name, type, timeoutMs }: Lookup & { readonly type: keyof typeof RECORDS },
): Promise<string[] | null> {
  const url = new URL(resolverUrl);
  url.searchParams.set("name", name);
  url.searchParams.set("type", type);
  try {
    const response = await fetch(url, {
      headers: { Accept: "application/dns-json" },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = answerSchema.safeParse(response.ok ? await response.json() : null).data;
    if (answer?.Status === NO_SUCH_NAME) return [];
    if (answer?.Status !== 0) return null;
    return answer.Answer.filter((record) => record.type === RECORDS[type]).map(({ data }) => data);
  } catch {
    return null;
  }
}
