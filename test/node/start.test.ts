import { get } from "node:http";
import { createServer } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../scripts/bundle.ts";
import { wrangler } from "../../scripts/wrangler.ts";
import { launch, launchProgram, run, temporaryDirectory, unusedPort } from "./support/process.ts";
import type { Running } from "./support/process.ts";

interface Place {
  readonly port: number;
  readonly stateDir: string;
}

async function start({ port, stateDir }: Place): Promise<Running> {
  const server = launch("start.ts", [], { env: { PORT: String(port), STATE_DIR: stateDir } });
  await server.until(/Bourse listens on/);
  return server;
}

async function titles(port: number): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/help/articles`);
  const body = (await answer.json()) as { data: { title: string }[] };
  return body.data.map(({ title }) => title);
}

/** What a socket agrees to when a client offers compression. */
async function extensionsOf(url: string): Promise<string | undefined> {
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
  };
  return await new Promise((resolve, reject) => {
    const request = get(url, { headers });
    request.once("error", reject);
    request.once("response", ({ statusCode }) => reject(new Error(`It answered ${statusCode}.`)));
    request.once("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.headers["sec-websocket-extensions"]);
    });
  });
}

async function sql(stateDir: string, statement: string): Promise<string> {
  const args = ["d1", "execute", "DB", "--local", "--persist-to", stateDir, "--json", "--command", statement];
  const { code, output } = await wrangler(args);
  expect(code, output).toBe(0);
  return output;
}

beforeAll(async () => {
  await bundle();
});

describe("npm start", () => {
  it("serves a seeded product from an empty directory and stops cleanly on Ctrl-C", async () => {
    const place = { port: await unusedPort(), stateDir: temporaryDirectory() };
    const server = await start(place);
    const health = await fetch(`http://127.0.0.1:${place.port}/api/v1/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: "ok", version: "development" }]);
    const docs = await fetch(`http://127.0.0.1:${place.port}/docs`);
    expect([docs.status, docs.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect((await titles(place.port)).length).toBeGreaterThan(0);
    expect(await extensionsOf(`http://127.0.0.1:${place.port}/ws/chat?token=none`)).toBeUndefined();
    const { code, output } = await server.stop("SIGINT");
    expect([code, output]).toEqual([0, expect.stringContaining(`http://127.0.0.1:${place.port}/redoc`)]);
  });

  it("keeps what was written, where wrangler finds it too", async () => {
    const place = { port: await unusedPort(), stateDir: temporaryDirectory() };
    await (await start(place)).stop("SIGTERM");
    await sql(place.stateDir, "update support_articles set title = 'Rewritten' where position = 0");
    const again = await start(place);
    expect((await titles(place.port))[0]).toBe("Rewritten");
    expect((await again.stop("SIGINT")).code).toBe(0);
  });

  it("takes over the directory of a server that was killed", async () => {
    const place = { port: await unusedPort(), stateDir: temporaryDirectory() };
    await (await start(place)).stop("SIGKILL");
    const again = await start({ ...place, port: await unusedPort() });
    expect((await again.stop("SIGINT")).code).toBe(0);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with npm when npm alone gets a %s", async (signal) => {
    const port = String(await unusedPort());
    const env = { PORT: port, STATE_DIR: temporaryDirectory() };
    const npm = launchProgram(["npm", "start"], { env });
    await npm.until(/Bourse listens on/);
    expect((await npm.stop(signal)).code).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/api/v1/health`)).rejects.toThrow("fetch failed");
  });

  it("says in one sentence that its port is taken, and what to do", async () => {
    const other = createServer();
    const port = await unusedPort();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    const ended = await run("start.ts", [], { env: { PORT: String(port), STATE_DIR: temporaryDirectory() } });
    other.close();
    const sentence = `Port ${port} is taken: stop what listens there, or choose another, such as PORT=${port + 1}.\n`;
    expect(ended).toEqual({ code: 1, output: sentence });
  });

  it("refuses a second server for the same directory", async () => {
    const place = { port: await unusedPort(), stateDir: temporaryDirectory() };
    const server = await start(place);
    const env = { PORT: String(await unusedPort()), STATE_DIR: place.stateDir };
    const second = await run("start.ts", [], { env });
    expect([second.code, second.output]).toEqual([
      1,
      expect.stringMatching(/^Process \d+ already serves from .+\.\n$/),
    ]);
    expect((await server.stop("SIGINT")).code).toBe(0);
  });

  it.each(["0", "70000", "http"])("refuses the port %s", async (port) => {
    const ended = await run("start.ts", [], { env: { PORT: port } });
    const sentence = `PORT is "${port}", which is no port: set it to a number from 1 to 65535.\n`;
    expect(ended).toEqual({ code: 1, output: sentence });
  });

  it("takes settings from its environment, and names one that is wrong", async () => {
    const env = { PORT: String(await unusedPort()), STATE_DIR: temporaryDirectory(), FIELD_KEYS: "k1:too-short" };
    const ended = await run("start.ts", [], { env });
    expect([ended.code, ended.output]).toEqual([1, expect.stringMatching(/^FIELD_KEYS is missing or wrong\. .+\n$/)]);
    expect(ended.output).not.toContain("too-short");
  });
});
