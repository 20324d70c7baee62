import type { Child } from "hono/jsx";
import { Document } from "./layout.tsx";
import type { Visit } from "./visit.ts";

export type Section = keyof Visit["words"]["frame"]["sections"];

/** Where each section begins, and the module that it shows; null where it is always there. */
const SECTIONS: readonly (readonly [section: Section, path: string, module: string | null])[] = [
  ["home", "/app", null],
  ["scanner", "/app/scanner", "scanner"],
  ["wallet", "/app/wallet", "wallet"],
  ["p2p", "/app/p2p", "trades"],
  ["budget", "/app/budget", "budget"],
  ["assistant", "/app/assistant", "assistant"],
  ["academy", "/app/academy", "academy"],
  ["affiliate", "/app/affiliate", "affiliate"],
  ["billing", "/app/billing", "billing"],
  ["notifications", "/app/notifications", null],
  ["support", "/app/support", "support"],
  ["settings", "/app/settings", null],
];

interface ShellProps {
  readonly visit: Visit;
  readonly nonce: string;
  readonly title: string;
  readonly section: Section;
  readonly island?: string | undefined;
  readonly children?: Child;
}

/** The frame around every page of somebody who is signed in. */
export function Shell({ visit, nonce, title, section, island, children }: ShellProps) {
  const { frame } = visit.words;
  const on = new Set<string>(visit.c.get("ctx").composition.modules.map(({ name }) => name));
  const shown = SECTIONS.filter(([, , module]) => module === null || on.has(module));
  const operator = visit.user.role !== "user";
  const links = operator ? [...shown, ["admin", "/admin", null] as const] : shown;
  return (
    <Document title={`${title} – Bourse`} description={title} nonce={nonce} locale={visit.locale} island={island}>
      <a class="skip" href="#content">
        {frame.skip}
      </a>
      <header class="top">
        <div>
          <a class="brand" href="/app">
            Bourse
          </a>
          <nav class="sections" aria-label={frame.sections.home}>
            {links.map(([name, path]) => (
              <a href={path} aria-current={name === section ? "page" : undefined}>
                {frame.sections[name]}
              </a>
            ))}
          </nav>
          <form method="post" action="/sign-out" class="inline">
            <input type="hidden" name="csrf" value={visit.csrf} />
            <button type="submit" class="second">
              {frame.signOut}
            </button>
          </form>
        </div>
      </header>
      <main id="content">{children}</main>
      <footer>
        <a href="/status">{frame.legal.status}</a>
        <a href="/app/support">{frame.legal.help}</a>
        <span>{visit.user.email ?? ""}</span>
      </footer>
    </Document>
  );
}
