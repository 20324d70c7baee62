import { showPage } from "#platform/http/page";
import type { RootRoute } from "#platform/http/root-route";
import { DOCUMENT_NAMES } from "./rules.ts";
import { getDocument } from "./service.ts";

/** The documents as pages, open to everybody, also during maintenance. */
export const rootRoutes: readonly RootRoute[] = DOCUMENT_NAMES.map((name) => ({
  method: "GET",
  path: `/legal/${name}`,
  limit: "public",
  duringMaintenance: true,
  handler: async (c) => {
    const { title, version, sections } = getDocument(c.get("ctx"), name);
    return await showPage(
      c,
      { title, status: 200, listed: true },
      <>
        <p>Version of {version}.</p>
        {sections.map((section) => (
          <section>
            <h2>{section.title}</h2>
            <p>{section.text}</p>
          </section>
        ))}
      </>,
    );
  },
}));
