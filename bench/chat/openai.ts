/** A server of Chat Completions that answers each call with the same stream: so many chunks, at their times. `GET` tells what it was asked last. */
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const CHUNKS = 80;
const FIRST_MS = 50;
const APART_MS = 5;

const head = '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"bench"';
const chunk = (content: string): string =>
  `data: ${head},"choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":null}]}\n\n`;
const END = `data: ${head},"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: ${head},"choices":[],"usage":{"prompt_tokens":600,"completion_tokens":${CHUNKS},"total_tokens":${600 + CHUNKS}}}\n\ndata: [DONE]\n\n`;

function stream(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const startedAt = performance.now();
  let sent = 0;
  const step = (): void => {
    const due = Math.min(CHUNKS, Math.floor((performance.now() - startedAt - FIRST_MS) / APART_MS) + 1);
    for (; sent < due; sent += 1) response.write(chunk(`word${sent} `));
    if (sent === CHUNKS) response.end(END);
    else setTimeout(step, Math.max(0, startedAt + FIRST_MS + sent * APART_MS - performance.now()));
  };
  setTimeout(step, FIRST_MS);
}

let asked: Buffer[] = [];

const server = createServer((request, response) => {
  if (request.method === "GET") return response.end(Buffer.concat(asked));
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  return request.on("end", () => {
    asked = parts;
    stream(response);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` }));
});
