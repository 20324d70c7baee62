import type { ServerFrame } from "#objects/chat-session";
import { get, post } from "#console/islands/link/api.ts";
import type { LinkState } from "#console/islands/link/connection.ts";
import { Link } from "#console/islands/link/connection.ts";
import type { Chat, Message } from "./state.ts";
import { EMPTY, receive, unacknowledged, withMessages, withoutLastAnswer, withQuestion } from "./state.ts";

interface Shown {
  readonly chat: Chat;
  readonly link: LinkState;
}

interface SessionOptions {
  readonly conversationId: string;
  readonly csrf: string;
  /** The messages are here, and the page may be enhanced. */
  readonly ready: () => void;
  readonly answered: () => void;
}

const SHOWN_MESSAGES = "50";

/** One conversation as this page follows it. */
export class Session {
  readonly #options: SessionOptions;
  readonly #link: Link;
  #chat: Chat = EMPTY;
  #state: LinkState = "connecting";
  #show: ((shown: Shown) => void) | null = null;
  #drawn = true;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { conversationId, csrf } = options;
    this.#link = new Link({
      ticket: async () => (await post<{ url: string }>("/api/v1/assistant/tickets", csrf, { conversationId })).url,
      heard: (frame) => this.#hear(frame as ServerFrame),
      changed: (state) => {
        this.#state = state;
        this.#draw();
      },
    });
  }

  get shown(): Shown {
    return { chat: this.#chat, link: this.#state };
  }

  follow(show: (shown: Shown) => void): void {
    this.#show = show;
    this.#draw();
  }

  ask(content: string): void {
    const id = crypto.randomUUID();
    this.#become(withQuestion(this.#chat, id, content));
    this.#link.send({ type: "message", id, content });
  }

  stop(): void {
    this.#link.send({ type: "stop" });
  }

  regenerate(): void {
    if (!this.#link.isOpen) return;
    this.#become(withoutLastAnswer(this.#chat));
    this.#link.send({ type: "regenerate" });
  }

  decide(proposalId: string, accept: boolean): void {
    this.#link.send({ type: "confirm", proposalId, accept });
  }

  takeBack(): void {
    this.#link.open();
  }

  #hear(frame: ServerFrame): void {
    if (frame.type === "ready") return this.#greeted(frame);
    this.#become(receive(this.#chat, frame));
    if (frame.type === "response" && frame.done) this.#options.answered();
    if (frame.type === "error" && frame.code === "resume_expired") this.#readMessages().catch(() => undefined);
  }

  /** Goes on after the last frame that this page has had; a page that has had none begins with the messages. */
  #greeted({ seq, answering }: Extract<ServerFrame, { type: "ready" }>): void {
    const had = this.#chat.seq;
    if (had !== null) this.#link.send({ type: "resume", after: had });
    for (const { id, content } of unacknowledged(this.#chat)) this.#link.send({ type: "message", id, content });
    if (had !== null) return;
    // Without the messages the page stays as it is, and its form works as it did.
    this.#begin(seq, answering).catch(() => undefined);
  }

  /** What is known by its messages is not shown twice: a replay from the beginning finds the answer under way. */
  async #begin(seq: number, answering: boolean): Promise<void> {
    await this.#readMessages();
    if (answering) this.#link.send({ type: "resume", after: 0 });
    else if (this.#chat.seq === null) this.#become({ ...this.#chat, seq });
    this.#options.ready();
  }

  async #readMessages(): Promise<void> {
    const path = `/api/v1/assistant/conversations/${this.#options.conversationId}/messages`;
    const { data } = await get<{ data: Message[] }>(`${path}?limit=${SHOWN_MESSAGES}`);
    this.#become(withMessages(this.#chat, data.toReversed()));
  }

  #become(chat: Chat): void {
    this.#chat = chat;
    this.#draw();
  }

  /** Draws once for all that came in since the last frame of the screen; a page in the background still gets drawn. */
  #draw(): void {
    if (!this.#drawn || !this.#show) return;
    this.#drawn = false;
    setTimeout(() => {
      this.#drawn = true;
      this.#show?.(this.shown);
    }, 16);
  }
}
