import { post } from "./link/api.ts";
import type { LinkState } from "./link/connection.ts";
import { Link } from "./link/connection.ts";
import type { Words } from "#console/words/index.ts";
import { watchPresence } from "./presence/watch.ts";

/** Makes a trade's room live: its state and what is said, as they happen, and clocks that run. */

interface Message {
  readonly type: "message";
  readonly id: string;
  readonly from: string;
  readonly clientId: string;
  readonly content: string;
  readonly at: string;
}

type Frame =
  | Message
  | { readonly type: "state"; readonly trade: { readonly version: number } | null }
  | { readonly type: "ack"; readonly id: string }
  | { readonly type: "error"; readonly message: string }
  | { readonly type: "pong" };

type RoomWords = Words["p2p"]["live"];

const SECOND = 1_000;

const two = (count: number): string => String(count).padStart(2, "0");

/** Writes what is left of each deadline beside it. */
function runClocks({ left, over }: RoomWords): void {
  for (const clock of document.querySelectorAll<HTMLElement>("[data-deadline]")) {
    const seconds = Math.max(0, Math.floor((Date.parse(clock.dataset["deadline"] ?? "") - Date.now()) / SECOND));
    const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
    clock.textContent =
      seconds === 0 ? over : `${hours > 0 ? `${hours}:` : ""}${two(minutes)}:${two(seconds % 60)} ${left}`;
  }
}

/** Takes what the server shows now into the parts of this page; what was entered meanwhile is kept. */
async function refresh(): Promise<void> {
  const answer = await fetch(location.pathname);
  if (!answer.ok) return;
  // The other page's style has a nonce of its own, which this page's policy does not know.
  const text = (await answer.text()).replace(/<style[^>]*>[^<]*<\/style>/, "");
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of document.querySelectorAll<HTMLElement>("[data-part]")) {
    const next = fresh.querySelector<HTMLElement>(`[data-part="${part.dataset["part"] ?? ""}"]`);
    if (!next) continue;
    for (const field of part.querySelectorAll<HTMLInputElement>("input:not([type=hidden]), textarea")) {
      const same = next.querySelector<HTMLInputElement>(`[name="${field.name}"]`);
      if (same && field.type !== "file") same.value = field.value;
    }
    part.replaceWith(document.adoptNode(next));
  }
}

class Room {
  readonly #words: RoomWords;
  readonly #list: HTMLElement;
  readonly #status: HTMLElement;
  readonly #link: Link;
  readonly #zone: string;
  /** What was written here and is not known to be kept: by its id, with its line. */
  readonly #waiting = new Map<string, { readonly content: string; readonly line: HTMLElement }>();
  #version: number;

  constructor(room: HTMLElement, form: HTMLFormElement, list: HTMLElement) {
    const { trade = "", version = "0", words = "{}", zone = "UTC" } = room.dataset;
    this.#words = JSON.parse(words) as RoomWords;
    this.#version = Number(version);
    this.#zone = zone;
    this.#list = list;
    this.#status = document.createElement("p");
    this.#status.className = "quiet";
    this.#status.setAttribute("role", "status");
    form.after(this.#status);
    const csrf = form.querySelector<HTMLInputElement>("[name=csrf]")?.value ?? "";
    this.#link = new Link({
      ticket: async () => (await post<{ url: string }>(`/api/v1/p2p/trades/${trade}/tickets`, csrf)).url,
      heard: (frame) => this.#hear(frame as Frame),
      changed: (state) => this.#changed(state),
    });
    form.addEventListener("submit", (event) => this.#say(event, form));
    setInterval(() => runClocks(this.#words), SECOND);
    runClocks(this.#words);
  }

  #say(event: Event, form: HTMLFormElement): void {
    event.preventDefault();
    const field = form.querySelector<HTMLInputElement>("[name=message]");
    const content = field?.value.trim() ?? "";
    if (!field || content === "") return;
    const id = crypto.randomUUID();
    const line = document.createElement("li");
    line.textContent = `${content} (${this.#words.sending})`;
    this.#list.append(line);
    this.#waiting.set(id, { content, line });
    this.#link.send({ type: "message", id, content });
    field.value = "";
    field.focus();
  }

  #hear(frame: Frame): void {
    if (frame.type === "message") this.#show(frame);
    if (frame.type === "error") this.#refuse(frame.message);
    if (frame.type !== "state" || !frame.trade || frame.trade.version === this.#version) return;
    this.#version = frame.trade.version;
    refresh()
      .then(() => runClocks(this.#words))
      .catch(() => undefined);
  }

  /** Each message once: on arrival the server says again what was said before. */
  #show({ id, clientId, from, at, content }: Message): void {
    this.#waiting.get(clientId)?.line.remove();
    this.#waiting.delete(clientId);
    if (this.#list.querySelector(`[data-message="${CSS.escape(id)}"]`)) return;
    const line = document.createElement("li");
    line.dataset["message"] = id;
    const [author, time] = [document.createElement("strong"), document.createElement("time")];
    author.textContent = from;
    time.dateTime = at;
    const style = { dateStyle: "medium", timeStyle: "short", timeZone: this.#zone } as const;
    time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(at));
    line.append(author, " ", time, " ", content);
    this.#list.append(line);
  }

  /** Nothing that waits is taken: the trade is over, or the message makes no sense. */
  #refuse(reason: string): void {
    for (const { line, content } of this.#waiting.values()) line.textContent = `${content} (${reason})`;
    this.#waiting.clear();
  }

  #changed(state: LinkState): void {
    this.#status.dataset["link"] = state;
    this.#status.textContent = this.#words.link[state];
    if (state === "elsewhere") {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "second";
      button.textContent = this.#words.takeBack;
      button.addEventListener("click", () => this.#link.open());
      this.#status.append(" ", button);
    }
    if (state !== "open") return;
    for (const [id, { content }] of this.#waiting) this.#link.send({ type: "message", id, content });
  }
}

const room = document.querySelector<HTMLElement>("[data-trade]");
const form = document.querySelector<HTMLFormElement>("form.say");
const list = document.querySelector<HTMLElement>("#said");
if (room && form && list) void new Room(room, form, list);

watchPresence();
