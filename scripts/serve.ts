/** Serves the built Worker on a socket of workerd's own, with a real database, objects, queues and files. */
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import type { V4WorkerOptions } from "miniflare";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as workerOptionsOf, unstable_readConfig as readConfig } from "wrangler";
import { parseConfig } from "../src/platform/env.ts";
import { bundle } from "./bundle.ts";
import { applyMigrations, newestMigration } from "./migrate.ts";
import { ROOT } from "./project.ts";
import { holdState } from "./state-lock.ts";

/** As in wrangler.toml, so that wrangler finds the same objects in a state directory. */
const NAME = "bourse";
const HOST = "127.0.0.1";
const CONFIG = path.join(ROOT, "wrangler.toml");
/**
 * What leaves a Worker of miniflare passes another one that plays the edge, byte for byte. Answers of models, which come
 * in very many pieces, take the way that they have in production.
 */
const NETWORK = { network: { allow: ["public", "private"], tlsOptions: { trustBrowserCas: true } } };

export interface ServeOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Where database, objects and files live; `wrangler dev --persist-to` takes the same. */
  readonly stateDir: string;
  /** Variables and secrets, over those of wrangler.toml. */
  readonly variables: Readonly<Record<string, string>>;
  /** The folder of a bundle other than the product's own. */
  readonly modulesRoot?: string;
}

export interface Served {
  /** Without a slash at its end. */
  readonly url: string;
  readonly migrations: readonly string[];
  /** Fires the cron trigger once. */
  readonly tick: (time: Date) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

export async function serve(options: ServeOptions): Promise<Served> {
  const modulesRoot = options.modulesRoot ?? (await bundle());
  mkdirSync(options.stateDir, { recursive: true });
  const release = holdState(options.stateDir);
  const workers = describeWorkers(options, modulesRoot);
  const migrations = await migrate(options.stateDir, workers).catch((error: unknown) => {
    release();
    throw error;
  });
  const miniflare = run(options.stateDir, workers);
  const dispose = async (): Promise<void> => {
    await miniflare.dispose();
    release();
  };
  try {
    await miniflare.ready;
    const { origin } = await miniflare.unsafeGetDirectURL(NAME);
    const tick = async (time: Date): Promise<void> => {
      const target = await miniflare.getWorker(NAME);
      await target.scheduled({ cron: "* * * * *", scheduledTime: time });
    };
    return { url: origin, migrations, tick, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function run(stateDir: string, workers: V4WorkerOptions[]): Miniflare {
  return new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port: 0,
      cf: false,
      logRequests: false,
      log: new Log(LogLevel.WARN),
      resourcePersistencePath: path.resolve(stateDir, "v3"),
      workers,
    }),
  );
}

/** Migrates with a Worker that only holds the database, so that the product's socket opens on a database it knows. */
async function migrate(stateDir: string, workers: readonly V4WorkerOptions[]): Promise<string[]> {
  const [{ d1Databases, compatibilityDate } = {}] = workers;
  const script = "export default { fetch: () => new Response(null, { status: 404 }) }";
  const databases = { d1Databases, compatibilityDate, modules: true, script, name: NAME } as V4WorkerOptions;
  const miniflare = run(stateDir, [databases]);
  try {
    const { DB } = await miniflare.getBindings<{ DB: D1Database }>(NAME);
    return await applyMigrations(DB);
  } finally {
    await miniflare.dispose();
  }
}

/**
 * The Worker, and its files in a Worker beside it: in one with files, miniflare puts a router before every request,
 * which costs three times an empty route. As in production, the Worker comes first and asks for the files it wants.
 */
function describeWorkers(options: ServeOptions, modulesRoot: string): V4WorkerOptions[] {
  process.env["WRANGLER_LOG"] ??= "warn";
  const { vars } = readConfig({ config: CONFIG }) as { vars: Record<string, string> };
  const { modulesRules: _, assets, ...worker } = workerOptionsOf(CONFIG).workerOptions;
  const bindings = { MIGRATION: newestMigration(), ...vars, ...options.variables };
  parseConfig(bindings);
  const files: V4WorkerOptions = {
    name: "files",
    compatibilityDate: String(worker["compatibilityDate"]),
    modules: true,
    script: "export default { fetch: (request, env) => env.ASSETS.fetch(request) }",
    assets: assets as NonNullable<V4WorkerOptions["assets"]>,
  };
  return [
    {
      ...worker,
      name: NAME,
      rootPath: ROOT,
      bindings,
      modulesRoot,
      modules: modulesIn(modulesRoot),
      serviceBindings: { ASSETS: "files", MODELS: NETWORK },
      unsafeDirectSockets: [{ host: HOST, port: options.port }],
    },
    files,
  ];
}

const TYPES = { ".js": "ESModule", ".wasm": "CompiledWasm", ".txt": "Text", ".bin": "Data" } as const;

/** The modules of a bundle: the entry first, then whatever the bundler left beside it. */
export function modulesIn(folder: string): { type: (typeof TYPES)[keyof typeof TYPES]; path: string }[] {
  const names = ["index.js", ...readdirSync(folder).filter((name) => name !== "index.js")];
  return names.flatMap((name) => {
    const type = TYPES[path.extname(name) as keyof typeof TYPES];
    return type ? [{ type, path: path.join(folder, name) }] : [];
  });
}
