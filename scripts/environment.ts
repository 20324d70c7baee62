/** One environment of wrangler.toml, as deploys and check-ups see it. */
import path from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";
import { flagValue, Refusal, ROOT } from "./project.ts";

const NAMES = ["staging", "production"] as const;
export type EnvironmentName = (typeof NAMES)[number];

export interface Environment {
  readonly name: EnvironmentName;
  readonly variables: Readonly<Record<string, string>>;
  readonly origin: string;
  readonly databases: readonly { readonly name: string; readonly id: string }[];
  readonly buckets: readonly string[];
  readonly queues: readonly string[];
}

/** The part of wrangler's configuration that is read here. */
interface WranglerConfig {
  readonly vars: Readonly<Record<string, string>>;
  readonly d1_databases: readonly {
    readonly binding: string;
    readonly database_name?: string;
    readonly database_id?: string;
  }[];
  readonly r2_buckets: readonly { readonly bucket_name?: string }[];
  readonly queues: {
    readonly producers?: readonly { readonly queue: string }[];
    readonly consumers?: readonly { readonly queue: string; readonly dead_letter_queue?: string }[];
  };
}

/** Reads `--env` from the command line. */
export function askedEnvironment(): Environment {
  const asked = flagValue("--env");
  const name = NAMES.find((known) => known === asked);
  if (!name) throw new Refusal(`Say which environment: --env ${NAMES.join(" or --env ")}.`);
  return readEnvironment(name);
}

export function readEnvironment(name: EnvironmentName): Environment {
  process.env["WRANGLER_LOG"] ??= "warn";
  const config = readConfig({ config: path.join(ROOT, "wrangler.toml"), env: name }) as WranglerConfig;
  const variables = config.vars;
  const { producers = [], consumers = [] } = config.queues;
  const dead = consumers.flatMap((consumer) => consumer.dead_letter_queue ?? []);
  return {
    name,
    variables,
    origin: variables["PUBLIC_ORIGIN"] ?? "",
    databases: config.d1_databases.map((database) => ({
      name: database.database_name ?? database.binding,
      id: database.database_id ?? "",
    })),
    buckets: config.r2_buckets.flatMap((bucket) => bucket.bucket_name ?? []),
    queues: [...new Set([...producers, ...consumers].map(({ queue }) => queue).concat(dead))],
  };
}
