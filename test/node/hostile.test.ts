import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect } from "node:net";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Served } from "../../scripts/serve.ts";
import { serve } from "../../scripts/serve.ts";
import { residentBytes } from "./support/memory.ts";

/** The built Worker on its own socket, spoken to in bytes: what no Request object can hold. */

const SECRETS = { FIELD_KEYS: `hostile:${"A".repeat(43)}`, METRICS_TOKEN: "metrics_of_the_hostile_test" };
const MIB = 2 ** 20;
const WARM_UP = 6_000;
const ROUND = 4_000;
/** What every tenth request carries to a route that reads it: some 200 MiB in a round. */
const LARGE = 500_000;
/** What heaps and bounded caches may still take after the warm-up: a third of what keeping the large bodies would. */
const FLAT = 64 * MIB;

const stateDir = mkdtempSync(path.join(tmpdir(), "bourse-hostile-"));
let served: Served;

beforeAll(async () => {
  served = await serve({
    port: 0,
    stateDir,
    variables: { ...SECRETS, RATE_LIMIT_SCALE: "1000000" },
  });
});

afterAll(async () => {
  await served.dispose();
  rmSync(stateDir, { recursive: true, force: true });
});

/** Writes bytes as they are and reads the answer to its end. */
async function speak(bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(served.url);
  return await new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const end = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, end);
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
    });
    socket.on("close", end);
    socket.on("error", end);
  });
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(answer)?.[1] ?? 0);

function request(line: string, headers: readonly string[] = [], body = ""): string {
  return [`${line} HTTP/1.1`, "Host: bourse.test", "Connection: close", ...headers, "", body].join("\r\n");
}

const PATHS = [
  "/api/v1/help/articles",
  "/api/v1/support/tickets",
  "/api/v1/auth/login",
  "/nowhere",
  "/api/v1/admin/flags",
];

/** One hostile request after another from so many hands; says what they were answered. */
async function storm(count: number): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  let left = count;
  const hand = async (): Promise<void> => {
    while (left-- > 0) {
      const noise = randomBytes(24).toString("base64url");
      const address = `${PATHS[left % PATHS.length] ?? "/"}${left % 3 === 0 ? `/${noise}` : ""}?${noise}=${encodeURIComponent(`\u0000${noise}`)}`;
      const read = PATHS[left % PATHS.length] === "/api/v1/auth/login";
      const body =
        left % 7 === 0 ? `{"${noise}":${"[".repeat(left % 4_000)}` : `"${noise}${"x".repeat(read ? LARGE : 1_000)}"`;
      const answer = await fetch(served.url + address, {
        method: left % 2 === 0 ? "POST" : "GET",
        headers: {
          "Content-Type": "application/json",
          Authorization: `Bearer ${noise}`,
          "X-Bookmark": noise,
          Cookie: noise.repeat(50),
          "CF-Connecting-IP": `2001:db8:${(left & 0xffff).toString(16)}::1`,
        },
        ...(left % 2 === 0 ? { body } : {}),
      });
      await answer.arrayBuffer();
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 16 }, hand));
  return statuses;
}

describe("a request in bytes", () => {
  const JSON_TYPE = "Content-Type: application/json";

  it("that is no request, or a method that nobody declared, is refused and harms nobody", async () => {
    const refused = [
      "GARBAGE\r\n\r\n",
      request("TRACE /api/v1/health"),
      request("get /api/v1/health"),
      request(`GET /${"x".repeat(200_000)}`),
      request("POST /api/v1/auth/login", [JSON_TYPE, "Content-Length: 2", "Content-Length: 20"], "{}"),
      request("POST /api/v1/auth/login", [JSON_TYPE, "Content-Length: -1"], "{}"),
      request("POST /api/v1/auth/login", [JSON_TYPE, "Transfer-Encoding: chunked"], "zz\r\n{}\r\n0\r\n\r\n"),
    ];
    // The network in front of a deployed Worker refuses these; the runtime alone may let them by, and they harm nobody.
    const strange = [
      request("GET /api/v1/health", [`X-Long: ${"x".repeat(200_000)}`]),
      request("GET /api/v1/health", ["X-Null: a\u0000b"]),
    ];
    for (const bytes of strange) expect(statusOf(await speak(bytes))).toBeLessThan(500);
    for (const bytes of refused) {
      const status = statusOf(await speak(bytes));
      expect(status === 0 || (status >= 400 && status !== 500), `${status}: ${bytes.slice(0, 60)}`).toBe(true);
    }
    expect((await fetch(`${served.url}/api/v1/health`)).status).toBe(200);
  });

  it("may hold a header twice and other letters, and is answered one way", async () => {
    const answers = [
      request("GET /api/v1/support/tickets", ["Authorization: Bearer a", "Authorization: Bearer b"]),
      request("GET /api/v1/support/tickets", ["Authorization: B\u00e9arer \u00ff"]),
      request("GET /api/v1/support/tickets", ["X-Request-Id: aaaaaaaa", "X-Request-Id: bbbbbbbb"]),
    ];
    for (const bytes of answers) {
      const answer = await speak(bytes);
      expect(statusOf(answer)).toBe(401);
      expect(answer.toLowerCase()).toContain("content-type: application/problem+json");
    }
  });

  it("of many chunks is cut off at the cap, and a small one that unpacks to much is not unpacked", async () => {
    const endless = Readable.from(
      (function* () {
        for (let sent = 0; sent < 64; sent += 1) yield Buffer.alloc(MIB, 0x20);
      })(),
    );
    const chunked = await fetch(`${served.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: Readable.toWeb(endless) as ReadableStream,
      duplex: "half",
    } as RequestInit).catch(() => null);
    expect([413, undefined]).toContain(chunked?.status);
    const bomb = await fetch(`${served.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Content-Encoding": "gzip" },
      body: gzipSync(Buffer.alloc(64 * MIB, 0x20)),
    });
    expect(bomb.status).toBe(415);
  });
});

describe("the memory of the Worker", () => {
  it("stays flat under hostile requests", { timeout: 300_000 }, async (context) => {
    if (residentBytes() === null) context.skip();
    await storm(WARM_UP);
    const before = residentBytes() ?? 0;
    const statuses = await storm(ROUND);
    const after = residentBytes() ?? 0;
    const told = `${Math.round(before / MIB)} MiB before, ${Math.round(after / MIB)} after; ${JSON.stringify(Object.fromEntries(statuses))}`;
    expect(
      [...statuses.keys()].filter((status) => status >= 500),
      told,
    ).toEqual([]);
    expect(after - before, told).toBeLessThan(FLAT);
  });
});
