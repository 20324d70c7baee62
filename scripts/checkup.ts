/** What an environment still lacks before it can be deployed: first what its file says, then what the account has. */
import { parseConfig, ConfigError, SETTINGS } from "../src/platform/env.ts";
import type { Environment } from "./environment.ts";
import { wrangler } from "./wrangler.ts";

export interface Finding {
  readonly ok: boolean;
  /** What was looked at. */
  readonly what: string;
  /** How to put it right. */
  readonly fix: string;
}

const PLACEHOLDER_ID = /^0{8}-/;
const PLACEHOLDER_ORIGIN = /(?:^|\.)example\.(?:com|org|net)$/;

export function checkFile(environment: Environment): Finding[] {
  return [
    ...environment.databases.map(({ name, id }) => ({
      ok: id !== "" && !PLACEHOLDER_ID.test(id),
      what: `the id of the database ${name}`,
      fix: `Run \`npx wrangler d1 create ${name}\` and put its id into wrangler.toml under env.${environment.name}.`,
    })),
    {
      ok: isRealOrigin(environment.origin),
      what: "the public origin",
      fix: `Set PUBLIC_ORIGIN under env.${environment.name}.vars in wrangler.toml to the https address that customers open.`,
    },
    ...wrongVariables(environment).map((name) => ({ ok: false, what: `the variable ${name}`, fix: help(name) })),
  ];
}

function isRealOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return protocol === "https:" && !PLACEHOLDER_ORIGIN.test(hostname);
}

function help(name: string): string {
  return SETTINGS[name] ?? "";
}

/** The settings that the Worker would refuse to start with. */
function refusedSettings(variables: Readonly<Record<string, string>>): readonly string[] {
  try {
    parseConfig(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.settings;
    throw error;
  }
}

function wrongVariables({ variables }: Environment): readonly string[] {
  return refusedSettings(variables).filter((name) => variables[name] !== undefined);
}

/** What the Worker needs and the file does not set, because it is secret; and what it is poorer without. */
export function secretsOf({ variables }: Environment): readonly string[] {
  const needed = refusedSettings(variables).filter((name) => variables[name] === undefined);
  return [...new Set([...needed, "METRICS_TOKEN"])];
}

export async function checkAccount(environment: Environment): Promise<Finding[]> {
  const databases = await wrangler(["d1", "list", "--json"]);
  if (databases.code !== 0) {
    const fix = "Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN, and be online; then run this again.";
    return [{ ok: false, what: "the Cloudflare account, which cannot be asked", fix }];
  }
  return [
    ...environment.databases.map(({ name, id }) => ({
      ok: databases.output.includes(id),
      what: `the database ${name}`,
      fix: `Run \`npx wrangler d1 create ${name}\` and put its id into wrangler.toml under env.${environment.name}.`,
    })),
    ...(await checkSecrets(environment)),
    ...(await Promise.all(environment.queues.map(checkQueue))),
    ...(await Promise.all(environment.buckets.map(checkBucket))),
  ];
}

async function checkSecrets(environment: Environment): Promise<Finding[]> {
  const { code, output } = await wrangler(["secret", "list", "--env", environment.name, "--format", "json"]);
  const present = code === 0 ? output : "";
  return secretsOf(environment).map((name) => ({
    ok: present.includes(`"${name}"`),
    what: `the secret ${name}`,
    fix: help(name).replaceAll(`secret put ${name}`, `secret put ${name} --env ${environment.name}`),
  }));
}

async function checkQueue(name: string): Promise<Finding> {
  const { code } = await wrangler(["queues", "info", name]);
  return { ok: code === 0, what: `the queue ${name}`, fix: `Run \`npx wrangler queues create ${name}\`.` };
}

async function checkBucket(name: string): Promise<Finding> {
  const { code } = await wrangler(["r2", "bucket", "info", name]);
  return { ok: code === 0, what: `the bucket ${name}`, fix: `Run \`npx wrangler r2 bucket create ${name}\`.` };
}
