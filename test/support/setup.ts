import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, inject } from "vitest";
import { forgetEverySession } from "../../src/modules/identity/session-memory.ts";
import { forgetKeys } from "../../src/modules/identity/signing-keys.ts";

declare module "vitest" {
  interface ProvidedContext {
    migrations: Parameters<typeof applyD1Migrations>[1];
    /** Published vectors by file; null where they are not at hand. */
    vectors: Readonly<Record<string, string>> | null;
    /** Ports of the simulated vendors, all on loopback. */
    vendors: Record<
      | "http"
      | "market"
      | "stripe"
      | "razorpay"
      | "openai"
      | "esplora"
      | "prices"
      | "receiver"
      | "smtp"
      | "smtpWithNames"
      | "smtpByLogin"
      | "razorpayx"
      | "smtpOld"
      | "smtpWithTls",
      number
    >;
    /** Whether the statements of a release are written down anew. */
    recording: boolean;
    /** Settings of a live model; null where there is no key. */
    live: Readonly<Record<string, string>> | null;
    /** Seed of random tests, whether they are to run long, and how many worlds a long simulation lives through. */
    random: { readonly seed: number; readonly nightly: boolean; readonly worlds: number };
  }
}

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, inject("migrations"));
  // What was put down for a database that is gone, such as the heads of its audit, would contradict the new one.
  const { objects } = await env.FILES.list();
  await env.FILES.delete(objects.map(({ key }) => key));
  // Files share an isolate, whose memory would speak of a database that is gone.
  forgetKeys();
  forgetEverySession();
});
