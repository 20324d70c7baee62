import type { Child } from "hono/jsx";
import type { Visit } from "#console/frame/visit.ts";

export const OPERATORS = ["support", "admin"] as const;
export const ADMINS = ["admin"] as const;

type Place = keyof Visit["words"]["operators"]["sections"];

const PLACES: readonly (readonly [place: Place, path: string])[] = [
  ["overview", "/admin"],
  ["users", "/admin/users"],
  ["money", "/admin/money"],
  ["tickets", "/admin/tickets"],
  ["jobs", "/admin/jobs"],
  ["audit", "/admin/audit"],
  ["settings", "/admin/settings"],
];

/** An operator's page: its name, and the way to the others. */
export function Desk({ visit, place, children }: { visit: Visit; place: Place; children?: Child }) {
  const { operators } = visit.words;
  return (
    <>
      <h1>{operators.sections[place]}</h1>
      <nav class="sections" aria-label={operators.title}>
        {PLACES.map(([name, path]) => (
          <a href={path} aria-current={name === place ? "page" : undefined}>
            {operators.sections[name]}
          </a>
        ))}
      </nav>
      {children}
    </>
  );
}
