import type { Child } from "hono/jsx";
import { Document } from "./layout.tsx";
import type { Section } from "./sections.ts";
import { placeLinks, sectionLinks } from "./sections.ts";
import type { Visit } from "./visit.ts";

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
  return (
    <Document
      title={`${title} – Bourse`}
      description={title}
      nonce={nonce}
      locale={visit.locale}
      island={island}
      body="app"
      offline={frame.offline}
    >
      <a class="skip" href="#content">
        {frame.skip}
      </a>
      <header class="side">
        <a class="brand" href="/app">
          Bourse
        </a>
        <button type="button" class="second" popovertarget="menu">
          {frame.menu}
        </button>
        <Menu visit={visit} section={section} />
      </header>
      <div class="page">
        <main id="content">{children}</main>
        <footer>
          <a href="/status">{frame.legal.status}</a>
          <a href="/help">{frame.legal.help}</a>
        </footer>
      </div>
    </Document>
  );
}

/** The way around: beside the page where there is room, behind a button that needs no script where there is not. */
function Menu({ visit, section }: { visit: Visit; section: Section }) {
  const { frame, operators } = visit.words;
  const desk = section === "admin";
  const links = desk
    ? [...placeLinks(visit), { path: "/app", name: frame.ownPages, current: false }]
    : sectionLinks(visit, section);
  return (
    <div id="menu" class="menu" popover="auto">
      <nav class="sections" aria-label={desk ? operators.title : frame.menu}>
        {links.map(({ path, name, current }) => (
          <a href={path} aria-current={current ? "page" : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <div class="who">
        <span>{visit.user.email ?? ""}</span>
        <form method="post" action="/sign-out" class="inline">
          <input type="hidden" name="csrf" value={visit.csrf} />
          <button type="submit" class="second">
            {frame.signOut}
          </button>
        </form>
      </div>
    </div>
  );
}
