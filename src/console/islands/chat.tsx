import { render } from "hono/jsx/dom";
import { get } from "./link/api.ts";
import { Session } from "./chat/session.ts";
import type { ChatWords } from "./chat/view.tsx";
import { ChatView } from "./chat/view.tsx";
import { watchPresence } from "./presence/watch.ts";

/** Makes a conversation live: answers as they are written, over a socket that comes back. */

interface Usage {
  readonly month: { readonly tokensUsed: number; readonly tokensAllowed: number };
}

async function showUsage(): Promise<void> {
  const meter = document.querySelector<HTMLMeterElement>("#usage");
  const { month } = await get<Usage>("/api/v1/assistant/usage");
  if (meter) Object.assign(meter, { max: month.tokensAllowed, value: month.tokensUsed });
  const figure = document.querySelector("#usage-figure");
  const format = new Intl.NumberFormat(document.documentElement.lang);
  if (figure) figure.textContent = `${format.format(month.tokensUsed)} / ${format.format(month.tokensAllowed)}`;
}

function enliven(form: HTMLFormElement, log: HTMLElement, conversationId: string): void {
  const words = JSON.parse(log.dataset["words"] ?? "{}") as ChatWords;
  const csrf = form.querySelector<HTMLInputElement>("[name=csrf]")?.value ?? "";
  const field = form.querySelector<HTMLTextAreaElement>("textarea");
  const place = document.createElement("div");
  let live = false;
  const session = new Session({
    conversationId,
    csrf,
    ready: () => {
      if (live) return;
      live = true;
      log.replaceWith(place);
      render(<ChatView session={session} words={words} />, place);
    },
    answered: () => void showUsage().catch(() => undefined),
  });
  form.addEventListener("submit", (event) => {
    const content = field?.value.trim() ?? "";
    if (!live || !field || content === "") return;
    event.preventDefault();
    session.ask(content);
    field.value = "";
    field.focus();
  });
  field?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

const form = document.querySelector<HTMLFormElement>("form.ask");
const log = document.querySelector<HTMLElement>("[data-conversation]");
if (form) {
  // A page that follows its answer needs none that waits for it.
  const hurried = Object.assign(document.createElement("input"), { type: "hidden", name: "live", value: "yes" });
  form.append(hurried);
  if (log) enliven(form, log, log.dataset["conversation"] ?? "");
}

watchPresence();
