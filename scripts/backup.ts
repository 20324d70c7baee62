/**
 * `npm run backup`: writes a backup of this machine's state directory into its own files.
 * `ADMIN_TOKEN=… npm run backup -- --url https://bourse.example.com`: asks a running Bourse to write one.
 */
import { stateDirectory } from "./address.ts";
import { command, flagValue, Refusal } from "./project.ts";
import { serve } from "./serve.ts";
import { fileVariables, environmentVariables, completeDevVars } from "./variables.ts";

interface Written {
  readonly id: string | null;
  readonly rows?: number;
  readonly parts?: number;
  readonly bytes?: number;
}

function tell({ id, rows, parts, bytes }: Written): number {
  if (id === null) return 1;
  console.log(`${id}: ${rows ?? 0} rows in ${parts ?? 0} parts, ${bytes ?? 0} bytes.`);
  return 0;
}

async function askRemote(url: string): Promise<number> {
  const token = process.env["ADMIN_TOKEN"];
  if (!token) throw new Refusal("Set ADMIN_TOKEN to an administrator's access token.");
  const headers = { Authorization: `Bearer ${token}`, "Idempotency-Key": crypto.randomUUID() };
  const answer = await fetch(new URL("/api/v1/admin/backups", url), { method: "POST", headers });
  const body = (await answer.json()) as { id?: string; detail?: string; title?: string };
  if (answer.status !== 202 || body.id === undefined)
    throw new Refusal(`It answered ${answer.status}: ${body.detail ?? body.title ?? "no reason"}`);
  console.log(`${body.id} is being written; GET /api/v1/admin/backups tells when it is stored.`);
  return 0;
}

async function writeLocal(): Promise<number> {
  completeDevVars();
  const variables = { ...fileVariables(), ...environmentVariables() };
  const served = await serve({ port: 0, stateDir: stateDirectory(), variables });
  try {
    const answer = await fetch(`${served.url}/dev/backup`, { method: "POST" });
    return tell((await answer.json()) as Written);
  } finally {
    await served.dispose();
  }
}

await command(async () => {
  const url = flagValue("--url");
  return url === undefined ? await writeLocal() : await askRemote(url);
});
process.exit();
