import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { unstable_readConfig } from "wrangler";
import { prepareAssets } from "./scripts/assets.ts";
import { readVectors } from "./test/node/support/vectors.ts";

const root = import.meta.dirname;
prepareAssets();
const { vars: variables } = unstable_readConfig({ config: path.join(root, "wrangler.toml") }) as {
  vars: Record<string, string>;
};
const vectors = readVectors(path.join(root, "..", "shared", "vectors"), [
  "otp/rfc4226.json",
  "otp/rfc6238.json",
  "stripe/events_derived.json",
  "wycheproof/hmac_sha256_test.json",
  "wycheproof/json_web_crypto_test.json",
  "wycheproof/json_web_key_test.json",
  "wycheproof/json_web_signature_test.json",
]);
if (!vectors) console.warn("../shared/vectors is not there: the tests against published vectors are skipped.");
const migrations = await readD1Migrations(path.join(root, "migrations"));

/** Random tests print their seed; TEST_SEED repeats a run, NIGHTLY=1 makes them long, WORLDS=100 longer. */
const random = {
  seed: Number(process.env["TEST_SEED"] ?? Date.now() % 2 ** 31),
  nightly: process.env["NIGHTLY"] === "1",
  worlds: Number(process.env["WORLDS"] ?? 20),
};

/** Whether the statements of a release are written down anew: `npm run release:record`. */
const recording = process.env["RECORD_RELEASE"] === "1";

/** A model to evaluate, where there is a key: nothing else of the tests leaves this machine. */
const { OPENAI_API_KEY, OPENAI_BASE_URL = "", OPENAI_MODEL = "gpt-4o-mini" } = process.env;
const live = OPENAI_API_KEY ? { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL } : null;

export default defineConfig({
  test: {
    silent: "passed-only",
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              // The variables of wrangler.toml again, because a developer's .dev.vars would win over them.
              bindings: {
                ...variables,
                SENTRY_DSN: "",
                STRIPE_SECRET_KEY: "",
                STRIPE_WEBHOOK_SECRET: "",
                RAZORPAY_KEY_ID: "",
                RAZORPAY_KEY_SECRET: "",
                RAZORPAY_WEBHOOK_SECRET: "",
                FIELD_KEYS: `test:${"A".repeat(43)}`,
                METRICS_TOKEN: "metrics_development",
                RATE_LIMIT_SCALE: "1",
              },
            },
          }),
        ],
        test: {
          name: "workers",
          include: ["test/**/*.test.ts"],
          exclude: ["test/node/**"],
          globalSetup: ["./test/node/vendors/setup.ts"],
          setupFiles: ["./test/support/setup.ts"],
          provide: { migrations, vectors, random, live, recording },
          isolate: false,
          // A laptop under load must not fail a test that waits for nothing but its turn.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "node",
          include: ["test/node/**/*.test.ts"],
          exclude: ["test/node/soak/**"],
          environment: "node",
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // It waits more than it computes, and so runs beside the others.
        test: { name: "soak", include: ["test/node/soak/*.test.ts"], environment: "node" },
      },
    ],
    coverage: {
      provider: "istanbul",
      include: ["src/**", "durable-objects/**"],
      reporter: ["text-summary", "json-summary", "html"],
      thresholds: { lines: 85, branches: 80 },
    },
  },
});
