import { describeFault } from "#console/customers/expression.ts";
import type { ExpressionFault } from "#console/customers/expression.ts";
import { get } from "./link/api.ts";
import { watchPresence } from "./presence/watch.ts";

/** Helps to write expressions: completes names, and shows what is wrong under its column while one types. */

interface Name {
  readonly name: string;
  readonly kind: string;
  readonly description: string;
}

const PAUSE_MS = 500;
const OFFERED = 8;

class Editor {
  readonly #field: HTMLTextAreaElement;
  readonly #list = document.createElement("ul");
  readonly #fault: HTMLElement;
  #names: readonly Name[] = [];
  #offered: readonly Name[] = [];
  #chosen = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(field: HTMLTextAreaElement) {
    this.#field = field;
    this.#fault = faultBelow(field);
    this.#list.id = "completions";
    this.#list.className = "completions";
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
    this.#list.hidden = true;
    field.after(this.#list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.#list.id);
    field.addEventListener("input", () => this.#typed());
    field.addEventListener("keydown", (event) => this.#pressed(event));
    field.addEventListener("blur", () => this.#close());
    field.addEventListener("focus", () => void this.#learn().catch(() => undefined), { once: true });
  }

  async #learn(): Promise<void> {
    const { data } = await get<{ data: Name[] }>("/api/v1/scanner/fields");
    this.#names = data;
  }

  #typed(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#check().catch(() => undefined), PAUSE_MS);
    this.#offer();
  }

  #word(): string {
    return /[a-z_][a-z0-9_]*$/i.exec(this.#field.value.slice(0, this.#field.selectionStart))?.[0].toLowerCase() ?? "";
  }

  #offer(): void {
    const word = this.#word();
    const begins = word === "" ? [] : this.#names.filter(({ name }) => name.startsWith(word) && name !== word);
    this.#offered = begins.slice(0, OFFERED);
    this.#chosen = 0;
    if (this.#offered.length === 0) return this.#close();
    this.#list.replaceChildren(...this.#offered.map((offer, index) => this.#option(offer, index)));
    this.#list.hidden = false;
    this.#mark();
  }

  #option({ name, description }: Name, index: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `completion-${index}`;
    option.setAttribute("role", "option");
    const [code, about] = [document.createElement("code"), document.createElement("small")];
    code.textContent = name;
    about.textContent = ` ${description.split(". ")[0] ?? ""}`;
    option.append(code, about);
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#accept(index);
    });
    return option;
  }

  #mark(): void {
    for (const [index, option] of [...this.#list.children].entries())
      option.setAttribute("aria-selected", String(index === this.#chosen));
    this.#field.setAttribute("aria-activedescendant", `completion-${this.#chosen}`);
  }

  #pressed(event: KeyboardEvent): void {
    if (this.#list.hidden) return;
    const { key } = event;
    const count = this.#offered.length;
    if (key === "ArrowDown" || key === "ArrowUp") {
      this.#chosen = (this.#chosen + (key === "ArrowDown" ? 1 : count - 1)) % count;
      this.#mark();
    } else if (key === "Enter" || key === "Tab") this.#accept(this.#chosen);
    else if (key === "Escape") this.#close();
    else return;
    event.preventDefault();
  }

  #accept(index: number): void {
    const offer = this.#offered[index];
    if (!offer) return;
    const end = this.#field.selectionStart;
    const insert = offer.kind === "field" ? offer.name : `${offer.name}(`;
    this.#field.setRangeText(insert, end - this.#word().length, end, "end");
    this.#close();
    this.#typed();
    this.#field.focus();
  }

  #close(): void {
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }

  async #check(): Promise<void> {
    const expression = this.#field.value;
    const csrf = document.querySelector<HTMLInputElement>("[name=csrf]")?.value ?? "";
    const answer = await fetch("/api/v1/scanner/validate", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
      body: JSON.stringify({ expression }),
    });
    const body = (await answer.json()) as ExpressionFault;
    if (expression !== this.#field.value) return;
    const wrong = answer.status === 422 && expression.trim() !== "";
    this.#fault.textContent = wrong ? describeFault(expression, body) : "";
    this.#fault.hidden = !wrong;
    this.#field.setAttribute("aria-invalid", String(wrong));
  }
}

/** The server's own message, or a place for one. */
function faultBelow(field: HTMLElement): HTMLElement {
  const known = document.querySelector<HTMLElement>("#expression-fault");
  if (known) return known;
  const fault = document.createElement("pre");
  fault.id = "expression-fault";
  fault.className = "wrong";
  fault.setAttribute("role", "status");
  fault.hidden = true;
  field.after(fault);
  return fault;
}

const field = document.querySelector<HTMLTextAreaElement>("textarea#expression");
if (field) void new Editor(field);

watchPresence();
