import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Providers of market data on loopback: a few symbols, one page at a time, and failures on request. */

type Mode = "ok" | "down" | "garbage" | "redirect";
let mode: Mode = "ok";

export async function startMarket(): Promise<{ port: number; stop: () => void }> {
  const server = createServer(handle);
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
  if (url.pathname === "/control") {
    mode = (url.searchParams.get("mode") ?? "ok") as Mode;
    return send(response, 200, {});
  }
  if (mode !== "ok") return fail(response, mode);
  const answer = request.headers.authorization === "Bearer polygon_key" ? polygon(url) : alpaca(url, request);
  send(response, answer ? 200 : 403, answer ?? { error: "forbidden" });
}

function fail(response: ServerResponse, how: Exclude<Mode, "ok">): void {
  if (how === "down") return send(response, 503, { error: "down" });
  if (how === "redirect") response.writeHead(302, { Location: "http://127.0.0.1:1/" }).end();
  else response.writeHead(200, { "Content-Type": "text/html" }).end("<html>");
}

function polygon(url: URL): object | null {
  if (url.pathname.startsWith("/v2/aggs/grouped/locale/us/market/stocks/")) {
    const bar = { o: 10, h: 12, l: 9, c: 11, v: 1_000 };
    const broken = { T: "PLYD", o: 10, h: 1, l: 9, c: 11, v: 1_000 };
    return { status: "OK", results: ["PLYA", "PLYB", "NOTHERE"].map((T) => ({ T, ...bar })).concat(broken) };
  }
  if (url.pathname === "/v3/reference/splits")
    return {
      results: [{ ticker: "PLYA", execution_date: url.searchParams.get("execution_date"), split_from: 1, split_to: 2 }],
    };
  if (url.searchParams.get("cursor") === "two") return { results: [ticker("PLYB"), ticker("PLYD")] };
  const next = `${url.origin}/v3/reference/tickers?cursor=two`;
  return url.searchParams.get("exchange") === "XNAS" ? { results: [ticker("PLYA")], next_url: next } : { results: [] };
}

function ticker(symbol: string): object {
  return { ticker: symbol, name: `${symbol} Inc.`, primary_exchange: "XNAS", type: "CS", currency_name: "usd" };
}

function alpaca(url: URL, request: IncomingMessage): object | null {
  if (request.headers["apca-api-key-id"] !== "alpaca_key" || request.headers["apca-api-secret-key"] !== "alpaca_secret")
    return null;
  if (url.pathname === "/v2/assets") {
    if (url.searchParams.get("exchange") !== "NASDAQ") return [];
    const asset = { exchange: "NASDAQ", status: "active", tradable: true };
    return ["ALPA", "ALPB"].map((symbol) => ({ symbol, name: `${symbol} Corp.`, ...asset }));
  }
  const bar = { t: `${url.searchParams.get("start")}T05:00:00Z`, o: 20, h: 22, l: 19, c: 21, v: 500 };
  if (url.searchParams.get("page_token") === "two") return { bars: { ALPB: [bar] }, next_page_token: null };
  return { bars: { ALPA: [bar] }, next_page_token: "two" };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
