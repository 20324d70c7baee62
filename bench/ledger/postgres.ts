/** A private PostgreSQL cluster in a temporary folder, and pgbench on it. */
import { execFile, execFileSync } from "node:child_process";
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const VERSIONS = "/usr/lib/postgresql";
const OWNER = "postgres";

export interface Postgres {
  /** Where its socket lies. */
  readonly folder: string;
  readonly pid: number;
  /** Transactions a second of a script, over so many connections. */
  readonly perSecond: (script: string, connections: number, seconds: number) => Promise<number>;
  readonly stop: () => void;
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run for root; Debian's package brings a user for it. */
function unprivileged(): User | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number => Number(execFileSync("id", [flag, OWNER], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** Starts a cluster with the peer's tables and accounts; null where the machine has no PostgreSQL. */
export function startPostgres(accounts: number): Postgres | null {
  const version = existsSync(VERSIONS) ? readdirSync(VERSIONS).toSorted().at(-1) : undefined;
  if (version === undefined) return null;
  const user = unprivileged();
  const folder = mkdtempSync(path.join(os.tmpdir(), "bourse-postgres-"));
  if (user) chownSync(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder, stdio: "pipe" as const };
  const bin = (name: string): string => path.join(VERSIONS, version, "bin", name);
  const data = path.join(folder, "data");
  const run = (name: string, ...args: string[]): void => void execFileSync(bin(name), args, options);
  run("initdb", "-D", data, "-A", "trust", "-U", OWNER, "--no-instructions");
  const settings = `-k ${folder} -c listen_addresses= -c max_connections=100 -c shared_buffers=256MB`;
  run("pg_ctl", "-D", data, "-w", "-l", path.join(folder, "log"), "-o", settings, "start");
  const connect = ["-h", folder, "-U", OWNER];
  const seed = `INSERT INTO accounts (id, name, currency) SELECT 'bench:' || n, 'bench', 'USD' FROM generate_series(1, ${accounts}) n`;
  const peer = path.join(folder, "peer.sql");
  copyFileSync(path.join(import.meta.dirname, "peer.sql"), peer);
  run("psql", ...connect, "-q", "-v", "ON_ERROR_STOP=1", "-f", peer, "-c", seed);
  return {
    folder,
    pid: Number(readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n")[0]),
    perSecond: async (script, connections, seconds) => {
      const file = path.join(folder, "script.sql");
      writeFileSync(file, script);
      const args = ["-n", "-M", "prepared", "-c", String(connections), "-j", "2", "-T", String(seconds), "-f", file];
      const { stdout } = await promisify(execFile)(bin("pgbench"), [...connect, ...args, OWNER], {
        ...user,
        cwd: folder,
      });
      return Number(/tps = ([0-9.]+)/.exec(stdout)?.[1] ?? 0);
    },
    stop: () => {
      run("pg_ctl", "-D", data, "-m", "immediate", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
