import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import type { Script } from "../node/vendors/openai.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";
import type { Person } from "./people.ts";

/** Chats as a client has them: a ticket over HTTP, a socket, frames. */

export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly seq?: number;
  readonly content?: string;
  readonly done?: boolean;
  readonly [name: string]: unknown;
}

export interface Chat {
  readonly conversationId: string;
  /** Every frame that has come in. */
  readonly frames: Frame[];
  readonly socket: WebSocket;
  send(frame: unknown): void;
  /** The first frame, from `from` on, for which this holds; fails after ten seconds, or when the socket closes first. */
  until(wanted: (frame: Frame) => boolean, from?: number): Promise<Frame>;
  /** Asks, and waits for the last frame of the answer or for an error. */
  ask(content: string, id?: string): Promise<Frame>;
  /** What was said in answer to a message. */
  said(id?: string): string;
  /** The code with which the socket closes. */
  readonly closed: Promise<number>;
}

export async function ticketFor(
  app: TestApp,
  person: Pick<Person, "bearer">,
  conversationId?: string,
): Promise<string> {
  const json = conversationId === undefined ? {} : { conversationId };
  const answer = await app.call("POST /api/v1/assistant/tickets", { headers: person.bearer, json });
  return (await bodyOf<{ token: string }>(answer)).token;
}

/** Opens the address with a ticket, whatever comes of it. */
export async function knock(app: TestApp, query: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const answer = await app.call(`GET /ws/chat?${query}`, { headers: { Upgrade: "websocket", ...headers } });
  if (!answer.webSocket) throw new Error(`The address answered ${answer.status}.`);
  return answer.webSocket;
}

/** The code with which a socket closes. */
export async function closing(socket: WebSocket): Promise<number> {
  const code = new Promise<number>((resolve) => socket.addEventListener("close", (event) => resolve(event.code)));
  socket.accept();
  return await code;
}

export interface Opening {
  readonly conversationId?: string;
  /** What the conversation's model does; without one the embedded adviser answers. */
  readonly model?: Script;
  readonly settings?: Readonly<Record<string, string>>;
}

export async function openChat(app: TestApp, person: Pick<Person, "bearer">, opening: Opening = {}): Promise<Chat> {
  const { conversationId } = opening;
  const socket = await knock(app, `token=${await ticketFor(app, person, conversationId)}`);
  const chat = listen(socket);
  const ready = await chat.until(({ type }) => type === "ready");
  const opened = { ...chat, conversationId: String(ready["conversationId"]) };
  if (opening.model) await useModel(opened.conversationId, opening.model, opening.settings);
  return opened;
}

function listen(socket: WebSocket): Chat {
  const frames: Frame[] = [];
  let wake: (() => void)[] = [];
  let over = false;
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener("close", (event) => {
      over = true;
      for (const go of wake) go();
      resolve(event.code);
    }),
  );
  socket.addEventListener("message", (event) => {
    frames.push(JSON.parse(String(event.data)) as Frame);
    for (const go of wake) go();
    wake = [];
  });
  socket.accept();
  const until = async (wanted: (frame: Frame) => boolean, from = 0): Promise<Frame> => {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = frames.slice(from).find(wanted);
      if (found) return found;
      if (over || Date.now() > deadline)
        throw new Error(`It never came; there was ${JSON.stringify(frames.slice(-5))}`);
      await new Promise<void>((resolve) => {
        wake.push(resolve);
        setTimeout(resolve, 200);
      });
    }
  };
  const send = (frame: unknown): void => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  const ask = async (content: string, id: string = crypto.randomUUID()): Promise<Frame> => {
    const from = frames.length;
    send({ type: "message", id, content });
    return await until(({ type, done, ...frame }) => type === "error" || (done === true && frame.id === id), from);
  };
  const said = (id?: string): string =>
    frames
      .filter((frame) => frame.type === "response" && (id === undefined || frame.id === id))
      .map(({ content }) => content)
      .join("");
  return { conversationId: "", frames, socket, send, until, ask, said, closed };
}

const environments = new Map<string, Env>();

/** Points a conversation at the simulated vendor, with a script of its own. Must be done again after an eviction. */
export async function useModel(
  conversationId: string,
  script: Script,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const model = `gpt-4o-mini-${conversationId}`;
  await writeScript(model, script);
  const key = JSON.stringify([model, settings]);
  const changed = environments.get(key) ?? {
    ...env,
    OPENAI_BASE_URL: `http://127.0.0.1:${inject("vendors").openai}/v1`,
    OPENAI_API_KEY: "sk-test",
    OPENAI_MODEL: model,
    ...settings,
  };
  environments.set(key, changed);
  await runInDurableObject(env.CHAT_SESSION.getByName(conversationId), (instance) => {
    Object.assign(instance, { env: changed });
  });
  return model;
}

export async function writeScript(model: string, script: Script): Promise<void> {
  const address = `http://127.0.0.1:${inject("vendors").openai}/control?model=${model}`;
  await fetch(address, { method: "PUT", body: JSON.stringify(script) });
}

/** What a model was asked; a message that only calls tools has an empty content. */
interface ModelCall<Content> {
  readonly body: {
    readonly messages: { readonly role: string; readonly content: Content }[];
    readonly tools?: { readonly function: { readonly name: string } }[];
    readonly [name: string]: unknown;
  };
  readonly aborted: boolean;
}

/** What a model was asked. */
export async function callsOf(model: string): Promise<ModelCall<string>[]> {
  const address = `http://127.0.0.1:${inject("vendors").openai}/control?model=${model}`;
  const calls = await (await fetch(address)).json<ModelCall<string | null>[]>();
  return calls.map(({ body, ...rest }) => {
    const messages = body.messages.map(({ role, content }) => ({ role, content: content ?? "" }));
    return { ...rest, body: { ...body, messages } };
  });
}

/** What is reserved ahead of the next question: all that was said, with a quarter more and 64; then 1,000 tokens for the next question and 1,024 for its answer. */
export async function expectedAhead({ conversationId }: Chat, said: string): Promise<number> {
  const last = (await callsOf(`gpt-4o-mini-${conversationId}`)).at(-1);
  const messages = [...(last?.body.messages ?? []), { role: "assistant", content: said }];
  const tools = (last?.body.tools ?? []).map((tool) => tool.function);
  const bytes = [...messages, tools].reduce(
    (sum, part) => sum + new TextEncoder().encode(JSON.stringify(part)).byteLength,
    0,
  );
  return Math.ceil(Math.ceil(bytes / 4) * 1.25) + 64 + 1_000 + 1_024;
}

/** Puts the object to sleep, as happens between two messages. */
export async function evict(conversationId: string): Promise<void> {
  await evictDurableObject(env.CHAT_SESSION.getByName(conversationId));
}

/** Ends the object at once, as a deploy does: what it held in memory is gone, and its sockets with it. */
export async function kill(conversationId: string): Promise<void> {
  const stub = env.CHAT_SESSION.getByName(conversationId);
  await runInDurableObject(stub, (_, state) => state.abort("A deploy.")).catch(() => {});
}

/** Puts somebody on a plan, as a subscription does. */
export async function putOnPlan(userId: string, level: "basic" | "pro" | "enterprise"): Promise<void> {
  const id = `sub_${crypto.randomUUID()}`;
  await env.DB.prepare(
    `insert into billing_subscriptions (id, user_id, gateway, gateway_ref, level, interval, asset, amount_minor, status,
       current_period_start, current_period_end, cancel_at_period_end, version, synced_at, created_at, updated_at)
     values (?1, ?2, 'sandbox', ?1, ?3, 'month', 'USD', 100, 'active', 1, 9000000000000, 0, 1, 1, 1, 1)`,
  )
    .bind(id, userId, level)
    .run();
}
