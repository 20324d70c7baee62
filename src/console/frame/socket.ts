import { headersOf } from "./client.ts";
import type { Visit } from "./visit.ts";

/** Opens one of our own sockets in place, at the address that a ticket gave: a page without script has none of its own. */
export async function openSocket({ c }: Visit, address: string): Promise<WebSocket> {
  const { pathname, search } = new URL(address);
  const headers = headersOf(c, { origin: c.get("ctx").config.publicOrigin });
  headers.set("Upgrade", "websocket");
  const answer = await c.get("dispatch")(new Request(new URL(pathname + search, c.req.url), { headers }));
  if (!answer.webSocket) throw new TypeError(`The socket's address answered ${answer.status}.`);
  return answer.webSocket;
}

const PATIENCE_MS = 8_000;

/** Talks over a socket until `hear` says that it is done, the other side hangs up, or patience ends. */
export async function converse(socket: WebSocket, hear: (frame: unknown, done: () => void) => void): Promise<void> {
  const told = Promise.withResolvers<void>();
  socket.addEventListener("message", ({ data }) => {
    try {
      hear(JSON.parse(String(data)) as unknown, told.resolve);
    } catch (error) {
      told.reject(error);
    }
  });
  socket.addEventListener("close", () => told.resolve());
  const patience = setTimeout(() => told.resolve(), PATIENCE_MS);
  socket.accept();
  try {
    await told.promise;
  } finally {
    clearTimeout(patience);
    socket.close(1000);
  }
}
