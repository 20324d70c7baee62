import type { Block } from "./content.ts";
import type { Page } from "./layout.tsx";

/** A mail as plain text, from the same page as its HTML. */
export function renderText(page: Page): string {
  const parts = [
    page.greeting,
    ...page.content.blocks.map((block) => textOf(block, page.toHref)),
    "-- ",
    page.reason,
    ...page.links.map(({ label, href }) => `${label}: ${href}`),
  ];
  return `${parts.join("\n\n").replace("-- \n\n", "-- \n")}\n`;
}

function textOf(block: Block, toHref: (path: string) => string): string {
  if (block.kind === "button") return `${block.label}:\n${toHref(block.path)}`;
  if (block.kind === "facts") return block.rows.map(([label, value]) => `${label}: ${value}`).join("\n");
  return block.text;
}
