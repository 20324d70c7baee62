/** Where to listen and where to keep data, from PORT and STATE_DIR. */
import { createServer } from "node:net";
import path from "node:path";
import { Refusal, ROOT } from "./project.ts";

const DEFAULT_PORT = 8787;
const LAST_PORT = 65_535;

/** The port to listen on. Refuses one that is not free. */
export async function freePort(): Promise<number> {
  const text = process.env["PORT"] || String(DEFAULT_PORT);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > LAST_PORT)
    throw new Refusal(`PORT is ${JSON.stringify(text)}, which is no port: set it to a number from 1 to ${LAST_PORT}.`);
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", (error: NodeJS.ErrnoException) => reject(new Refusal(describe(port, error.code))));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
  return port;
}

function describe(port: number, code: string | undefined): string {
  const another = `choose another, such as PORT=${port === LAST_PORT ? DEFAULT_PORT : port + 1}`;
  if (code === "EADDRINUSE") return `Port ${port} is taken: stop what listens there, or ${another}.`;
  return `Port ${port} cannot be opened (${code}): ${another}.`;
}

export function stateDirectory(): string {
  return path.resolve(ROOT, process.env["STATE_DIR"] || path.join(".wrangler", "state"));
}
