/** Chats as a client has them, timed. */
import OpenAI from "openai";

export interface Timing {
  readonly firstMs: number;
  readonly totalMs: number;
  readonly text: string;
}

export interface Person {
  readonly url: string;
  readonly bearer: Readonly<Record<string, string>>;
}

const PASSWORD = "correct-horse-battery-1";

async function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

export async function signIn(url: string, email: string): Promise<Person> {
  const answer = await post(`${url}/api/v1/auth/login`, { email, password: PASSWORD });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  return { url, bearer: { Authorization: `Bearer ${accessToken}` } };
}

/** Buys the largest plan, so that no allowance is in the way. */
export async function subscribe(person: Person, email: string): Promise<Person> {
  const { url, bearer } = person;
  const order = { plan: "enterprise", interval: "month", provider: "sandbox" };
  const headers = { ...bearer, "Idempotency-Key": crypto.randomUUID() };
  const checkout = await post(`${url}/api/v1/billing/checkout`, order, headers);
  const { checkoutUrl } = (await checkout.json()) as { checkoutUrl: string };
  await fetch(`${url}${new URL(checkoutUrl).pathname}/pay`, { method: "POST", redirect: "manual" });
  await post(`${url}/dev/jobs/drain`, {});
  return await signIn(url, email);
}

interface Frame {
  readonly type: string;
  readonly conversationId?: string;
  readonly seq?: number;
  readonly content?: string;
  readonly done?: boolean;
  readonly code?: string;
}

export class Chat {
  conversationId = "";
  seq = 0;
  /** The frames of the newest answer that came out of turn; must stay 0. */
  broken = 0;
  #socket: WebSocket | null = null;
  #onFrame: (frame: Frame) => void = () => {};
  #onClose: (code: number) => void = () => {};

  /** Opens the conversation, or comes back to it. */
  async open({ url, bearer }: Person): Promise<number> {
    const body = this.conversationId === "" ? {} : { conversationId: this.conversationId };
    const answer = await post(`${url}/api/v1/assistant/tickets`, body, bearer);
    const { token } = (await answer.json()) as { token: string };
    return await this.connect(`${url.replace("http", "ws")}/ws/chat?token=${token}`);
  }

  /** Opens a socket; resolves to the number of the last frame. */
  async connect(address: string): Promise<number> {
    const socket = new WebSocket(address);
    this.#socket = socket;
    return await new Promise((resolve, reject) => {
      socket.addEventListener("error", () => reject(new Error("The socket failed.")), { once: true });
      socket.addEventListener("close", ({ code }) => {
        reject(new Error(`It closed with ${code}.`));
        this.#onClose(code);
      });
      socket.addEventListener("message", ({ data }) => {
        const frame = JSON.parse(String(data)) as Frame;
        if (frame.type === "ready") {
          this.conversationId = frame.conversationId ?? "";
          resolve(frame.seq ?? 0);
        } else this.#take(frame);
      });
    });
  }

  get closed(): Promise<number> {
    return new Promise((resolve) => {
      this.#onClose = resolve;
    });
  }

  send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  close(): void {
    this.#socket?.close();
  }

  async ask(content: string): Promise<Timing> {
    const startedAt = performance.now();
    let firstMs = 0;
    let text = "";
    return await new Promise((resolve, reject) => {
      this.#onFrame = (frame) => {
        if (frame.type === "error") reject(new Error(frame.code));
        if (frame.type !== "response") return;
        firstMs ||= performance.now() - startedAt;
        text += frame.content ?? "";
        if (frame.done === true) resolve({ firstMs, totalMs: performance.now() - startedAt, text });
      };
      this.send({ type: "message", id: crypto.randomUUID(), content });
    });
  }

  /** Asks for what is missing, and waits until the answer has its end. */
  async resume(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#onFrame = ({ done }) => {
        if (done === true) resolve();
      };
    });
    this.send({ type: "resume", after: this.seq });
    await ended;
  }

  #take(frame: Frame): void {
    if (frame.seq !== undefined) {
      if (frame.seq !== this.seq + 1) this.broken += 1;
      this.seq = frame.seq;
    }
    this.#onFrame(frame);
  }
}

/** The very call of a chat, made by the openai package alone: with the same rules, tools and talk before the question. */
export async function directly(baseURL: string): Promise<(content: string) => Promise<Timing>> {
  const client = new OpenAI({ apiKey: "sk-bench", baseURL, maxRetries: 0 });
  const call = (await (await fetch(baseURL)).json()) as OpenAI.ChatCompletionCreateParamsStreaming;
  const before = call.messages.slice(0, -1);
  return async (content) => {
    const startedAt = performance.now();
    let firstMs = 0;
    let text = "";
    const messages = [...before, { role: "user", content } as const];
    const stream = await client.chat.completions.create({ ...call, messages });
    for await (const { choices } of stream) {
      const piece = choices[0]?.delta.content ?? "";
      if (piece !== "") firstMs ||= performance.now() - startedAt;
      text += piece;
    }
    return { firstMs, totalMs: performance.now() - startedAt, text };
  };
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Does something with many of them, a few at a time. */
export async function inTurns<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
    }),
  );
}
