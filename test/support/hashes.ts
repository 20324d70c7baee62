import plain from "argon2id/dist/no-simd.wasm";
import simd from "argon2id/dist/simd.wasm";
import setup from "argon2id/lib/setup.js";
import { fromBase64Url, toBase64Url } from "#platform/crypto";

function load(module: WebAssembly.Module) {
  return async (imports: WebAssembly.Imports) => ({ instance: await WebAssembly.instantiate(module, imports), module });
}

/** Completes the head of an Argon2id hash, up to its salt, with the tag of a password: hashes as others made them. */
export async function hashAt(head: string, password: string): Promise<string> {
  const [, memory, passes, lanes, salt = ""] = /m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$$/.exec(head) ?? [];
  const compute = await setup(load(simd), load(plain));
  const tag = compute({
    password: new TextEncoder().encode(password.normalize("NFKC")),
    salt: fromBase64Url(salt),
    parallelism: Number(lanes),
    passes: Number(passes),
    memorySize: Number(memory),
    tagLength: 32,
  });
  return head + toBase64Url(tag).replaceAll("-", "+").replaceAll("_", "/");
}
