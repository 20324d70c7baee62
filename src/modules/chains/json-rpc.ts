import { z } from "zod";
import { ChainUnavailable } from "./types.ts";

/** JSON-RPC 2.0 over HTTP, bounded in time and size. Redirects are not followed. */

export interface Node {
  readonly url: string;
  readonly timeoutMs: number;
}

export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

export type RpcAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: number; readonly message: string };

const MAX_BODY_BYTES = 24 * 1024 * 1024;

const answers = z.array(
  z.object({
    id: z.int(),
    result: z.unknown().optional(),
    error: z.object({ code: z.int(), message: z.string() }).nullish(),
  }),
);

/** Reads a body whole, and gives up as soon as it is longer than it may be. */
export async function readBody(response: Response, limitBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limitBytes) throw new ChainUnavailable("The answer is too long.");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Calls a node with several calls at once; answers come in the order of the calls. */
export async function askNode(node: Node, calls: readonly RpcCall[]): Promise<RpcAnswer[]> {
  if (calls.length === 0) return [];
  const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: "2.0", id, ...call })));
  const parsed = answers.safeParse(await post(node, body));
  if (!parsed.success) throw new ChainUnavailable("The node did not answer in JSON-RPC.");
  const byId = new Map(parsed.data.map((answer) => [answer.id, answer]));
  return calls.map((_, id) => {
    const answer = byId.get(id);
    if (!answer) throw new ChainUnavailable("The node left a call out.");
    return answer.error ? { ok: false, ...answer.error } : { ok: true, result: answer.result ?? null };
  });
}

async function post({ url, timeoutMs }: Node, body: string): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/json" },
      signal: AbortSignal.timeout(timeoutMs),
      body,
    });
    const text = await readBody(response, MAX_BODY_BYTES);
    if (!response.ok) throw new ChainUnavailable(`The node answered ${response.status}.`);
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof ChainUnavailable) throw error;
    throw new ChainUnavailable("The node did not answer.", { cause: error });
  }
}

/** The result of one call, in its shape. Throws `ChainUnavailable` when the node refuses or answers something else. */
export async function ask<S extends z.ZodType>(node: Node, call: RpcCall, shape: S): Promise<z.output<S>> {
  const [first] = await askAll(node, [call], shape);
  return first as z.output<S>;
}

/** The results of several calls, all of one shape. */
export async function askAll<S extends z.ZodType>(
  node: Node,
  calls: readonly RpcCall[],
  shape: S,
): Promise<z.output<S>[]> {
  return (await askNode(node, calls)).map((answer) => {
    if (!answer.ok) throw new ChainUnavailable(`The node refused with ${answer.code}.`);
    const parsed = shape.safeParse(answer.result);
    if (!parsed.success) throw new ChainUnavailable("The node answered in a shape that is not known.");
    return parsed.data;
  });
}
