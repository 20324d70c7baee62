import { connect } from "cloudflare:sockets";
import { given } from "#kernel/given";
import { SECOND } from "#kernel/time";

/** One call of a vendor's HTTP API, bounded in time and in what it may answer. Redirects are not followed. */

export interface VendorCall {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

export type VendorAnswer =
  /** `body` is empty where it was too long or never ended; the status stands all the same. */
  | { readonly state: "answered"; readonly status: number; readonly body: string }
  /** Nobody took the call, so it has had no effect. */
  | { readonly state: "unreachable" }
  /** It may have had an effect. */
  | { readonly state: "unknown"; readonly reason: "timed_out" | "connection_lost" };

const PROBE_TIMEOUT_MS = 3 * SECOND;
const MAX_BODY_BYTES = 64 * 1024;

/** What the edge answers in an origin's place when it could not even open a connection. */
const NEVER_CONNECTED: ReadonlySet<number> = new Set([521, 522, 523, 525, 526, 530]);

export async function callVendor(call: VendorCall): Promise<VendorAnswer> {
  const signal = AbortSignal.timeout(call.timeoutMs);
  try {
    const response = await fetch(call.url, {
      method: call.method,
      redirect: "manual",
      signal,
      ...(call.headers ? { headers: call.headers } : {}),
      ...given({ body: call.body }),
    });
    if (NEVER_CONNECTED.has(response.status)) return { state: "unreachable" };
    return { state: "answered", status: response.status, body: await readBounded(response) };
  } catch {
    if (signal.aborted) return { state: "unknown", reason: "timed_out" };
    return (await isListening(call.url)) ? { state: "unknown", reason: "connection_lost" } : { state: "unreachable" };
  }
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > MAX_BODY_BYTES) return "";
      text += decoder.decode(chunk, { stream: true });
    }
    return text;
  } catch {
    return "";
  }
}

/** Tells a vendor that is down from a call that was cut off: both look the same to `fetch`. */
async function isListening(url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const socket = connect({ hostname, port: Number(port || (protocol === "https:" ? 443 : 80)) });
  socket.closed.catch(() => {});
  const opened = socket.opened.then(
    () => true,
    () => false,
  );
  const slow = new Promise<boolean>((resolve) => setTimeout(resolve, PROBE_TIMEOUT_MS, true));
  const listening = await Promise.race([opened, slow]);
  await socket.close().catch(() => {});
  return listening;
}
