import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Sources of crypto prices on loopback, each under a path of its own, with failures and prices on request. */

type Mode = "ok" | "down" | "garbage" | "redirect" | "hang" | "nonsense";

interface State {
  mode: Mode;
  /** Dollars for one bitcoin. */
  bitcoin: string;
  calls: number;
}

const fresh = (): State => ({ mode: "ok", bitcoin: "65000.10", calls: 0 });
const states = new Map<string, State>();

export async function startPrices(): Promise<{ port: number; stop: () => void }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const [, place = "", ...rest] = url.pathname.split("/");
    const state = states.get(place) ?? fresh();
    states.set(place, state);
    if (rest[0] === "control") {
      state.mode = (url.searchParams.get("mode") ?? "ok") as Mode;
      state.bitcoin = url.searchParams.get("bitcoin") ?? state.bitcoin;
      return send(response, 200, { calls: state.calls });
    }
    state.calls += 1;
    return answer(response, `/${rest.join("/")}`, { state, url });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

function answer(response: ServerResponse, path: string, { state, url }: { state: State; url: URL }): void {
  if (state.mode === "hang") return;
  if (state.mode === "down") return send(response, 503, { error: "down" });
  if (state.mode === "redirect") return void response.writeHead(302, { Location: "http://127.0.0.1:1/" }).end();
  if (state.mode === "garbage") return void response.writeHead(200).end("<html>");
  const bitcoin = state.mode === "nonsense" ? "-1e999" : state.bitcoin;
  const body = bodyOf(path, url, bitcoin);
  send(response, body ? 200 : 404, body ?? { error: "not found" });
}

/** One bitcoin costs so much, a dollar 83 rupees, everything else one dollar; yen and euros nobody knows. */
function bodyOf(path: string, url: URL, bitcoin: string): object | null {
  const dollars = (asset: string): string => (asset === "BTC" ? bitcoin : "1");
  if (path === "/v2/exchange-rates") {
    const currency = url.searchParams.get("currency") ?? "";
    const rates = { USD: dollars(currency), INR: currency === "BTC" ? "5395008.3" : "83", SHELLS: "many" };
    return { data: { currency, rates } };
  }
  if (path === "/api/v3/simple/price") {
    const row = { usd: 1, inr: 83 };
    return { bitcoin: { usd: Number(bitcoin), inr: 5_395_008.3 }, ethereum: row, tether: row, "usd-coin": row };
  }
  if (path !== "/data/pricemulti") return null;
  const row = { USD: 1, INR: 83 };
  return { BTC: { USD: Number(bitcoin), INR: 5_395_008.3 }, ETH: row, USDT: row, USDC: row };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
