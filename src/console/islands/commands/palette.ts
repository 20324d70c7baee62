/** The operators' command palette: Ctrl-K, a few letters, Enter. Without script the links that it offers stand in the page. */

interface Command {
  readonly label: string;
  readonly address: string;
}

const LIST = "palette-list";
const SHOWN = 8;

/** Where somebody can go from here: what the page links to by its two rows, and then by its tables. */
function commandsOf(): Command[] {
  const links = document.querySelectorAll<HTMLAnchorElement>("nav.sections a, main table a");
  const found = [...links].map(({ textContent, href }) => ({ label: textContent.trim(), address: href }));
  const byAddress = new Map(found.toReversed().map((command) => [command.address, command]));
  return [...byAddress.values()].toReversed().filter(({ label }) => label !== "");
}

/** Commands whose label has every word of what was typed; a search for it comes last. */
function matching(commands: readonly Command[], typed: string, searchLabel: string): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const query = new URLSearchParams({ query: typed }).toString();
  const search = { label: `${searchLabel}: ${typed}`, address: `/admin/users?${query}` };
  return [...found.slice(0, SHOWN), ...(typed === "" ? [] : [search])];
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>>,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class Palette {
  readonly #dialog: HTMLDialogElement;
  readonly #input: HTMLInputElement;
  readonly #list: HTMLUListElement;
  readonly #searchLabel: string;
  #commands: readonly Command[] = [];
  #shown: readonly Command[] = [];
  #at = 0;

  constructor(title: string, searchLabel: string) {
    this.#searchLabel = searchLabel;
    this.#dialog = element("dialog", { class: "palette", "aria-label": title });
    this.#input = element("input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      "aria-label": title,
      "aria-controls": LIST,
      "aria-expanded": "true",
    });
    this.#list = element("ul", { id: LIST, role: "listbox", "aria-label": title, class: "plain" });
    this.#dialog.append(this.#input, this.#list);
    document.body.append(this.#dialog);
    this.#input.addEventListener("input", () => this.#search());
    this.#input.addEventListener("keydown", (event) => this.#press(event));
  }

  open(): void {
    this.#commands = commandsOf();
    this.#input.value = "";
    this.#search();
    this.#dialog.showModal();
  }

  #search(): void {
    this.#shown = matching(this.#commands, this.#input.value.trim(), this.#searchLabel);
    this.#list.replaceChildren(
      ...this.#shown.map(({ label }, place) => {
        const option = element("li", { id: `palette-${place}`, role: "option" });
        option.textContent = label;
        option.addEventListener("click", () => this.#go(place));
        return option;
      }),
    );
    this.#mark(0);
  }

  #mark(place: number): void {
    const count = Math.max(1, this.#shown.length);
    this.#at = (place + count) % count;
    for (const [index, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(index === this.#at));
    }
    this.#input.setAttribute("aria-activedescendant", `palette-${this.#at}`);
  }

  #press(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => this.#mark(this.#at + 1),
      ArrowUp: () => this.#mark(this.#at - 1),
      Enter: () => this.#go(this.#at),
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  }

  #go(place: number): void {
    const command = this.#shown[place];
    if (command) location.assign(command.address);
  }
}

/** Offers the palette where the page has a button for it. */
export function offerPalette(): void {
  const button = document.querySelector<HTMLButtonElement>("button[data-palette]");
  if (!button) return;
  const palette = new Palette(button.dataset["palette"] ?? "", button.dataset["search"] ?? "");
  button.hidden = false;
  button.addEventListener("click", () => palette.open());
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    palette.open();
  });
}
