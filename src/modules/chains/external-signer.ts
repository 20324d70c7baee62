import { z } from "zod";
import type { SignedTransaction, UnsignedTransaction } from "./evm.sender.ts";
import { acceptSigned } from "./evm.sender.ts";
import { readBody } from "./json-rpc.ts";

/** Somebody else who holds the key: told over HTTP what to sign, in requests that are signed themselves. */

export interface ExternalSigner {
  readonly url: string;
  /** Known to both; signs the requests. */
  readonly secret: string;
  readonly address: string;
  readonly timeoutMs: number;
}

export interface SigningRequest {
  /** The same for every repeat: `wdr_….0`. */
  readonly id: string;
  readonly unsigned: UnsignedTransaction;
  readonly now: number;
}

const MAX_BODY_BYTES = 256 * 1024;
const answer = z.object({ rawTransaction: z.string().regex(/^0x[0-9a-f]+$/i) });

/**
 * Asks for a signature. The request is signed as Standard Webhooks are: HMAC-SHA256 over id, seconds and body. Null
 * when none came, or it was not over the very transaction that was asked for; asking again is harmless.
 */
export async function signExternally(
  signer: ExternalSigner,
  request: SigningRequest,
): Promise<SignedTransaction | null> {
  const body = JSON.stringify({ id: request.id, from: signer.address, transaction: request.unsigned });
  const seconds = String(Math.floor(request.now / 1_000));
  try {
    const response = await fetch(`${signer.url}/sign`, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(signer.timeoutMs),
      headers: {
        "Content-Type": "application/json",
        "Webhook-Id": request.id,
        "Webhook-Timestamp": seconds,
        "Webhook-Signature": `v1,${await mac(signer.secret, `${request.id}.${seconds}.${body}`)}`,
      },
      body,
    });
    const parsed = answer.safeParse(JSON.parse(await readBody(response, MAX_BODY_BYTES)));
    if (!response.ok || !parsed.success) return null;
    return await acceptSigned(parsed.data.rawTransaction, request.unsigned, signer.address);
  } catch {
    return null;
  }
}

async function mac(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
  return btoa(String.fromCharCode(...signature));
}
