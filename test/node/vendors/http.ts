import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Behaviour } from "./state.ts";
import { next, plan, seen, take } from "./state.ts";

interface Vendor {
  readonly name: string;
  readonly recipient: (body: string) => string;
  readonly answer: (id: string) => object;
  readonly unknownAddress: object;
  /** Whether a repeat under the same key gives the first answer again. */
  readonly keepsKeys: boolean;
}

const json = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const addressIn = (mailbox: unknown): string => /<([^>]+)>$/.exec(text(mailbox))?.[1] ?? text(mailbox);

const VENDORS: Readonly<Record<string, Vendor>> = {
  "/resend/emails": {
    name: "resend",
    recipient: (body) => addressIn((json(body)["to"] as unknown[])[0]),
    answer: (id) => ({ id }),
    unknownAddress: { name: "validation_error" },
    keepsKeys: true,
  },
  "/twilio/2010-04-01/Accounts/AC123/Messages.json": {
    name: "twilio",
    recipient: (body) => new URLSearchParams(body).get("To") ?? "",
    answer: (sid) => ({ sid, status: "queued" }),
    unknownAddress: { code: 21211, status: 400 },
    keepsKeys: false,
  },
  "/gateway/messages": {
    name: "gateway",
    recipient: (body) => text(json(body)["to"]),
    answer: (id) => ({ id }),
    unknownAddress: { error: "no such number" },
    keepsKeys: false,
  },
};

const answered = new Map<string, { body: string; answer: object }>();

/** The vendors' HTTP APIs on loopback, and beside them `/control` for plans and what was taken. */
export async function startHttp(): Promise<{ port: number; stop: () => void }> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => handle(request, response, body));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

function handle(request: IncomingMessage, response: ServerResponse, body: string): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const to = searchParams.get("to") ?? "";
  if (pathname === "/control" && request.method === "PUT") {
    plan(to, JSON.parse(body) as Behaviour[]);
    send(response, 200, {});
    return;
  }
  if (pathname === "/control") return send(response, 200, seen(to));
  const vendor = VENDORS[pathname];
  if (!vendor || request.method !== "POST") return send(response, 404, {});
  serve(vendor, { request, response, body });
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
}

function serve(vendor: Vendor, call: Call): void {
  const to = vendor.recipient(call.body);
  const behaviour = next(to);
  const { response } = call;
  const taking = (): object | null => accept(vendor, { ...call, to });
  const does: Readonly<Record<Behaviour, () => void>> = {
    take: () => {
      const answer = taking();
      send(response, answer === null ? 409 : 200, answer ?? {});
    },
    refuse: () => send(response, 500, {}),
    "no-such-address": () => send(response, 400, vendor.unknownAddress),
    hang: () => {},
    "hang-up": () => response.socket?.destroy(),
    lose: () => response.socket?.destroy(),
    "take-and-hang": () => void taking(),
    "take-and-hang-up": () => {
      taking();
      response.socket?.destroy();
    },
  };
  does[behaviour]();
}

/** Takes a message, unless it has come before under its key; null where that was another one. */
function accept(
  vendor: Vendor,
  { to, body, request }: { to: string; body: string; request: IncomingMessage },
): object | null {
  const key = text(request.headers["idempotency-key"]);
  const before = vendor.keepsKeys ? answered.get(key) : undefined;
  if (before) return before.body === body ? before.answer : null;
  const answer = vendor.answer(`ref-${key || Math.random().toString(36).slice(2)}`);
  answered.set(key, { body, answer });
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, text(value)]));
  take({ vendor: vendor.name, to, raw: body, headers, user: null });
  return answer;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
