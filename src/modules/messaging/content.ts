/** A message before it has a form: both its HTML and its text are made from the same blocks. */

export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "button"; readonly label: string; readonly path: string }
  | { readonly kind: "facts"; readonly rows: readonly (readonly [label: string, value: string])[] };

export interface Content {
  readonly subject: string;
  /** What mail clients show beside the subject, and what an in-app notification says. */
  readonly preheader: string;
  readonly blocks: readonly Block[];
}

export const paragraph = (text: string): Block => ({ kind: "paragraph", text });
/** Small print: what to do when this was not you. */
export const note = (text: string): Block => ({ kind: "note", text });
export const button = (label: string, path: string): Block => ({ kind: "button", label, path });
export const facts = (...rows: readonly (readonly [string, string])[]): Block => ({ kind: "facts", rows });

/** The paths that a message leads to, in its order. */
export function pathsOf(content: Content): string[] {
  return content.blocks.flatMap((block) => (block.kind === "button" ? [block.path] : []));
}
