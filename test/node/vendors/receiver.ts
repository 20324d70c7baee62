import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A customer's endpoint on loopback: `/hooks/<name>` keeps what it is sent, and does with it what its plan says. */

type Behaviour = "take" | "refuse" | "gone" | "hang" | "hang-up" | "redirect" | "drip" | "busy";

interface Call {
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

const plans = new Map<string, Behaviour[]>();
const calls = new Map<string, Call[]>();

export async function startReceiver(): Promise<{ port: number; stop: () => void }> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => handle(request, response, body));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

function handle(request: IncomingMessage, response: ServerResponse, body: string): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const name = pathname.split("/").findLast((part) => part !== "") ?? "";
  if (pathname === "/dns-query") return lookUp(searchParams, response);
  if (pathname.startsWith("/control/")) {
    if (request.method === "PUT") plans.set(name, JSON.parse(body) as Behaviour[]);
    response.end(JSON.stringify(calls.get(name) ?? []));
    return;
  }
  calls.set(name, [...(calls.get(name) ?? []), { body, headers: request.headers }]);
  const answers: Readonly<Record<Behaviour, () => void>> = {
    take: () => response.writeHead(204).end(),
    refuse: () => response.writeHead(500).end("no"),
    gone: () => response.writeHead(410).end(),
    hang: () => {},
    "hang-up": () => response.socket?.destroy(),
    redirect: () => response.writeHead(307, { Location: `/hooks/${name}-elsewhere` }).end(),
    drip: () => {
      response.writeHead(200, { "Content-Type": "text/plain" });
      const timer = setInterval(() => response.write("x".repeat(65_536)), 5);
      response.on("close", () => clearInterval(timer));
    },
    busy: () => response.writeHead(503, { "Retry-After": "7200" }).end(),
  };
  answers[plans.get(name)?.shift() ?? "take"]();
}

/** A resolver over HTTPS in its JSON form; names say themselves where they lead. */
function lookUp(asked: URLSearchParams, response: ServerResponse): void {
  const name = asked.get("name") ?? "";
  if (asked.get("type") === "TXT") return lookUpText(name, response);
  const v6 = asked.get("type") === "AAAA";
  const data = name.startsWith("inside") ? (v6 ? "::ffff:10.0.0.1" : "93.184.216.34") : v6 ? "2606:4700::1" : "1.1.1.1";
  const answer = name.startsWith("nowhere") ? { Status: 3 } : { Status: 0, Answer: [{ type: v6 ? 28 : 1, data }] };
  response.writeHead(200, { "Content-Type": "application/dns-json" }).end(JSON.stringify(answer));
}

/** Domains begin with what is published there: `good`, `open` to everybody, `bare` of records, or `dumb`. */
function lookUpText(name: string, response: ServerResponse): void {
  const kind = name.startsWith("_dmarc.") ? "dmarc" : name.includes("._domainkey.") ? "dkim" : "spf";
  const domain = name.replace(/^_dmarc\./, "").replace(/^.*\._domainkey\./, "");
  if (domain.startsWith("dumb")) return void response.writeHead(500).end();
  const good = {
    spf: '"v=spf1 include:mail.test " "-all"',
    dmarc: '"v=DMARC1; p=reject"',
    dkim: `"v=DKIM1; k=rsa; p=${"A".repeat(60)}"`,
  };
  const open = { spf: '"v=spf1 +all"', dmarc: '"v=DMARC1; p=none"', dkim: '"v=DKIM1; p="' };
  const data = domain.startsWith("good") ? good[kind] : open[kind];
  const answer = domain.startsWith("bare") ? { Status: 3 } : { Status: 0, Answer: [{ type: 16, data }] };
  response.writeHead(200, { "Content-Type": "application/dns-json" }).end(JSON.stringify(answer));
}
