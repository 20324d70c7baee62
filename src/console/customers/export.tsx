import { ask } from "#console/frame/client.ts";
import { State } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";

/** The file with everything that is kept of somebody: whether it is ready, and where it is. */
export const exportRoutes = definePage({
  path: "/app/exports/:id",
  section: "settings",
  load: async ({ client, param }) => await ask(client.me.exports[":id"].$get({ param: { id: param("id") } })),
  title: ({ settings }) => settings.privacy,
  view: (visit, { status, downloadUrl }) => {
    const { settings: words } = visit.words;
    return (
      <>
        <h1>
          {words.privacy} <State of={status} />
        </h1>
        <p class="lead">{downloadUrl === null ? words.exported : <a href={downloadUrl}>{words.download}</a>}</p>
        <p>
          <a href="/app/settings">{words.title}</a>
        </p>
      </>
    );
  },
});
