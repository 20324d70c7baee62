import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A server that speaks Chat Completions. What it does follows from the model's name, so that tests which run at once do
 * not meet: `say:…` plays a script that was put under that name before.
 */

export interface Script {
  /** Milliseconds before the first chunk, and between chunks. */
  readonly firstMs?: number;
  readonly pauseMs?: number;
  readonly pieces?: readonly string[];
  /** One for each call; the last one stays. */
  readonly rounds?: readonly Script[];
  readonly tools?: readonly { readonly name: string; readonly input: string }[];
  readonly usage?: unknown;
  readonly finish?: string | null;
  /** Answers with a status instead. */
  readonly status?: number;
  readonly retryAfter?: string;
  /** Never answers; says nothing more after so many chunks; hangs up after so many. */
  readonly hang?: boolean;
  readonly hangAfter?: number;
  readonly cutAfter?: number;
  /** Sends such lines between the chunks. */
  readonly noise?: readonly string[];
}

interface Seen {
  readonly body: Record<string, unknown>;
  /** The caller hung up before the end. */
  aborted: boolean;
}

const scripts = new Map<string, Script>();
const seen = new Map<string, Seen[]>();
const sleep = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

export async function startOpenAi(): Promise<{ port: number; stop: () => void }> {
  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const name = url.searchParams.get("model") ?? "";
  const body = await read(request);
  if (url.pathname === "/control") {
    if (request.method === "PUT") scripts.set(name, body);
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(seen.get(name) ?? []));
    return;
  }
  const model = String(body["model"]);
  const calls = seen.get(model) ?? [];
  seen.set(model, calls);
  const call: Seen = { body, aborted: false };
  calls.push(call);
  response.on("close", () => (call.aborted = !response.writableFinished));
  const script = scripts.get(model) ?? { pieces: ["Hello", " there", "."] };
  const round = script.rounds?.[Math.min(calls.length, script.rounds.length) - 1] ?? script;
  await play(response, round, model);
}

async function play(response: ServerResponse, script: Script, model: string): Promise<void> {
  if (script.hang === true) return;
  if (script.status !== undefined) return refuse(response, script.status, script.retryAfter);
  await sleep(script.firstMs ?? 0);
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const stream = new Stream(response, model);
  stream.delta({ role: "assistant", content: "" });
  if (!(await speak(stream, script))) return;
  conclude(stream, script);
  response.end();
}

/** Calls the tools of a script and says how it ended, if it says so. */
function conclude(stream: Stream, { tools = [], finish, ...script }: Script): void {
  for (const [index, tool] of tools.entries()) stream.tool(index, tool);
  if (finish !== null) stream.delta({}, finish ?? (tools.length > 0 ? "tool_calls" : "stop"));
  const { usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 } } = script;
  if (usage !== null) stream.write({ choices: [], usage });
  if (finish !== null) stream.line("data: [DONE]");
}

function refuse(response: ServerResponse, status: number, retryAfter: string | undefined): void {
  const headers = {
    "Content-Type": "application/json",
    ...(retryAfter === undefined ? {} : { "Retry-After": retryAfter }),
  };
  response.writeHead(status, headers).end(JSON.stringify({ error: { message: "No.", type: "error" } }));
}

/** Says the pieces of a script; false where it breaks off before the last. */
async function speak(stream: Stream, script: Script): Promise<boolean> {
  for (const [index, content] of (script.pieces ?? []).entries()) {
    if (index > 0 && script.pauseMs !== undefined) await sleep(script.pauseMs);
    if (script.hangAfter === index) return false;
    if (script.cutAfter === index) {
      stream.cut();
      return false;
    }
    for (const line of script.noise ?? []) stream.line(line);
    stream.delta({ content });
  }
  return true;
}

class Stream {
  readonly #response: ServerResponse;
  readonly #model: string;

  constructor(response: ServerResponse, model: string) {
    this.#response = response;
    this.#model = model;
  }

  line(text: string): void {
    this.#response.write(`${text}\n\n`);
  }

  write(value: object): void {
    const chunk = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: this.#model, ...value };
    this.line(`data: ${JSON.stringify(chunk)}`);
  }

  delta(delta: object, finish: string | null = null): void {
    this.write({ choices: [{ index: 0, delta, finish_reason: finish }] });
  }

  /** A call of a tool, its input in two parts. */
  tool(index: number, { name, input }: { readonly name: string; readonly input: string }): void {
    const half = Math.floor(input.length / 2);
    const called = { name, arguments: input.slice(0, half) };
    this.delta({ tool_calls: [{ index, id: `call_${index}`, type: "function", function: called }] });
    this.delta({ tool_calls: [{ index, function: { arguments: input.slice(half) } }] });
  }

  cut(): void {
    this.#response.destroy();
  }
}
