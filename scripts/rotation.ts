/** How each secret is renewed: what is put in its place, and what goes on being accepted meanwhile. */
import { randomBytes } from "node:crypto";
import { SETTINGS } from "../src/platform/env.ts";
import { Refusal } from "./project.ts";

export interface RotationInput {
  /** What it is now; Cloudflare never gives it back. */
  readonly old: string | undefined;
  /** What a vendor gave as the new one. */
  readonly given: string | undefined;
}

export interface Rotation {
  /** Secrets to put, in this order. */
  readonly puts: readonly (readonly [name: string, value: string])[];
  /** What is left to do by hand. */
  readonly after: string;
}

/** Every setting that is set as a secret. */
export function secretNames(): string[] {
  return Object.entries(SETTINGS)
    .filter(([name, help]) => help.includes(`wrangler secret put ${name}`) && !name.endsWith("_PREVIOUS"))
    .map(([name]) => name);
}

const random = (): string => randomBytes(32).toString("base64url");

function need(value: string | undefined, what: string): string {
  if (!value) throw new Refusal(what);
  return value;
}

/** The new key writes, the old ones go on reading. Its id is the next number. */
function rotateKeyring(old: string): Rotation {
  const ids = old.split(",").map((pair) => pair.slice(0, pair.indexOf(":")));
  const next = Math.max(0, ...ids.map((id) => Number(/^k([0-9]+)$/.exec(id)?.[1] ?? 0))) + 1;
  return {
    puts: [["FIELD_KEYS", `k${next}:${random()},${old}`]],
    after: "Keep every old pair while rows or backups name it: backups are kept for a year.",
  };
}

/** The secret before stays accepted, because events that it has signed are repeated for days. */
function rotateSigning(name: string, { old, given }: RotationInput): Rotation {
  return {
    puts: [
      [`${name}_PREVIOUS`, need(old, `Set OLD to the present ${name}: it stays accepted.`)],
      [name, need(given, `Set NEW to the secret that the vendor has made.`)],
    ],
    after: `After three days: npx wrangler secret delete ${name}_PREVIOUS`,
  };
}

export function planRotation(name: string, input: RotationInput): Rotation {
  if (!secretNames().includes(name)) throw new Refusal(`${name} is no secret. These are: ${secretNames().join(", ")}.`);
  if (name === "FIELD_KEYS")
    return rotateKeyring(
      need(input.old, "Set OLD to the present FIELD_KEYS: what it has encrypted must stay readable."),
    );
  if (name === "METRICS_TOKEN")
    return { puts: [[name, input.given ?? random()]], after: "Give it to Prometheus; the old one is dead." };
  if (`${name}_PREVIOUS` in SETTINGS) return rotateSigning(name, input);
  return {
    puts: [[name, need(input.given, `Make a new one at the vendor, and set NEW to it.`)]],
    after: "See that it works (npm run readiness), then revoke the old one at the vendor.",
  };
}
