import { z } from "zod";
import type { VendorAnswer } from "./vendor-call.ts";

/** What became of handing a message to a vendor. A time-out is not a failure: nobody knows what it was. */
export type SendOutcome =
  /** Taken. `reference` is the vendor's own id of it. */
  | { readonly state: "sent"; readonly reference: string | null }
  /** Certainly not taken: it may be tried again, here or elsewhere. */
  | { readonly state: "refused"; readonly reason: string }
  /** Certainly not taken, and it never will be: nobody lives at that address. */
  | { readonly state: "undeliverable"; readonly reason: string }
  /** It may have been taken. */
  | { readonly state: "unknown"; readonly reason: string };

/** Statuses of somebody in between who gave up waiting, or of a first call under the same key that still runs. */
const UNSEEN: ReadonlySet<number> = new Set([408, 409, 504, 520, 524]);

/** Reads an HTTP vendor's answer. @param field where its own id of the message stands */
export function outcomeOf(answer: VendorAnswer, field: string): SendOutcome {
  if (answer.state === "unreachable") return { state: "refused", reason: "unreachable" };
  if (answer.state === "unknown") return answer;
  const { status, body } = answer;
  if (status >= 200 && status < 300)
    return { state: "sent", reference: readField(body, field, z.string().max(200)) ?? null };
  return { state: UNSEEN.has(status) ? "unknown" : "refused", reason: `http_${status}` };
}

/** One field of a JSON body, if it is there and of its type. */
export function readField<S extends z.ZodType>(body: string, field: string, schema: S): z.output<S> | undefined {
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(body));
    return schema.safeParse(parsed.data?.[field]).data;
  } catch {
    return undefined;
  }
}
