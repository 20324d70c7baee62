/** Bodies as Stripe takes them: `a[b][0][c]=d`. */

export type Params = { [name: string]: Value };
export type Value = string | Params | Value[];

/** A single value; nothing where there is none or more than one. */
export function word(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

export function readForm(text: string): Params {
  const root: Params = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== "");
    let here: Params = root;
    for (const part of path.slice(0, -1)) here = (here[part] ??= {}) as Params;
    here[path.at(-1) ?? ""] = value;
  }
  return toLists(root) as Params;
}

/** Objects whose names are 0, 1, 2 … are lists. */
function toLists(value: Value): Value {
  if (typeof value === "string" || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, toLists(part)] as const);
  if (entries.length > 0 && entries.every(([name], index) => name === String(index)))
    return entries.map(([, part]) => part);
  return Object.fromEntries(entries);
}
