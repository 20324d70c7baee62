/** The domains of throw-away mail services, as the Worker reads them: the first 32 bits of each one's hash, in order. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export function disposableDomains(): Uint8Array {
  const domains = require("disposable-email-domains/index.json") as string[];
  const hashes = domains.map((domain) => createHash("sha256").update(domain.toLowerCase()).digest().readUInt32BE());
  const sorted = Uint32Array.from(hashes).toSorted();
  const bytes = new DataView(new ArrayBuffer(sorted.length * 4));
  sorted.forEach((hash, index) => bytes.setUint32(index * 4, hash));
  return new Uint8Array(bytes.buffer);
}
