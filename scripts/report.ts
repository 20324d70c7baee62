/** Findings on the terminal. */
import type { Finding } from "./checkup.ts";

/** Prints one line for each, and the fix below what is not in order; @returns how many are not. */
export function reportFindings(findings: readonly Finding[]): number {
  for (const { ok, what, fix } of findings) {
    console.log(`${ok ? "✔" : "✘"} ${what}`);
    if (!ok && fix !== "") console.log(`    ${fix}`);
  }
  return findings.filter(({ ok }) => !ok).length;
}
