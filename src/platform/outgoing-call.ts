/**
 * A call to an address that a customer chose. Nothing of its answer is read but the status and when to come again, no
 * redirect is followed, and it ends after its time whatever the other side does.
 */

export interface OutgoingCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

export type OutgoingAnswer =
  | { readonly state: "answered"; readonly status: number; readonly retryAfter: string | null }
  | { readonly state: "failed"; readonly reason: "timed_out" | "unreachable" };

export async function postOut({ url, headers, body, timeoutMs }: OutgoingCall): Promise<OutgoingAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { method: "POST", redirect: "manual", headers, body, signal });
    const answer = {
      state: "answered",
      status: response.status,
      retryAfter: response.headers.get("Retry-After"),
    } as const;
    await response.body?.cancel().catch(() => {});
    return answer;
  } catch {
    return { state: "failed", reason: signal.aborted ? "timed_out" : "unreachable" };
  }
}
