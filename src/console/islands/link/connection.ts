import { Refused } from "./api.ts";

/** A socket that comes back: with a new ticket each time, at once when the network is there again, else ever later. */

export type LinkState =
  | "connecting"
  | "open"
  /** The connection was lost, and is tried again. */
  | "lost"
  | "offline"
  /** A newer page has taken the socket over. */
  | "elsewhere"
  /** The session has ended, or this is nobody's to see. */
  | "refused";

interface LinkOptions {
  /** Asks for a ticket, and gives the address that it opens. */
  readonly ticket: () => Promise<string>;
  readonly heard: (frame: unknown) => void;
  readonly changed: (state: LinkState) => void;
}

const CLOSE_NOT_YOURS = 4403;
const CLOSE_REPLACED = 4409;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;
const PING_MS = 25_000;
const SILENCE_MS = 40_000;

export class Link {
  readonly #options: LinkOptions;
  #socket: WebSocket | null = null;
  #state: LinkState = "connecting";
  #failures = 0;
  #heardAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    addEventListener("online", () => this.#now());
    addEventListener("offline", () => this.#lose("offline"));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#state === "lost") this.#now();
    });
    setInterval(() => this.#ping(), PING_MS);
    this.open();
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Opens the socket, also after another page has taken it over. */
  open(): void {
    clearTimeout(this.#retry);
    this.#drop();
    if (!navigator.onLine) return this.#change("offline");
    this.#change(this.#failures === 0 ? "connecting" : "lost");
    this.#connect().catch((error: unknown) => {
      if (error instanceof Refused && [401, 403, 404].includes(error.status)) this.#change("refused");
      else this.#lose("lost");
    });
  }

  /** Sends a frame, if there is a socket to send it over. */
  send(frame: object): void {
    if (this.isOpen) this.#socket?.send(JSON.stringify(frame));
  }

  async #connect(): Promise<void> {
    const socket = new WebSocket(await this.#options.ticket());
    this.#socket = socket;
    const isCurrent = (): boolean => this.#socket === socket;
    socket.addEventListener("open", () => {
      if (!isCurrent()) return;
      this.#heardAt = Date.now();
      this.#change("open");
    });
    socket.addEventListener("message", ({ data }) => {
      if (!isCurrent()) return;
      this.#heardAt = Date.now();
      this.#failures = 0;
      this.#options.heard(JSON.parse(String(data)));
    });
    socket.addEventListener("close", ({ code }) => {
      if (!isCurrent()) return;
      if (code === CLOSE_NOT_YOURS) this.#change("refused");
      else if (code === CLOSE_REPLACED) this.#change("elsewhere");
      else this.#lose("lost");
    });
  }

  #now(): void {
    this.#failures = 0;
    if (this.#state === "offline" || this.#state === "lost") this.open();
  }

  #lose(state: "lost" | "offline"): void {
    this.#drop();
    this.#change(state);
    if (state === "offline") return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2));
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Finds out whether anybody is still at the other end. */
  #ping(): void {
    if (!this.isOpen) return;
    if (Date.now() - this.#heardAt > SILENCE_MS) return this.#lose("lost");
    this.send({ type: "ping" });
  }

  #change(state: LinkState): void {
    if (state === this.#state && state !== "open") return;
    this.#state = state;
    this.#options.changed(state);
  }
}
