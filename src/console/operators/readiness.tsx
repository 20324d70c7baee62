import { ask } from "#console/frame/client.ts";
import { definePage } from "#console/frame/site.tsx";
import { Desk, Filters, OPERATORS } from "./frame.tsx";

const STATES = ["fail", "warn", "pass"] as const;
const TONES = { fail: "bad", warn: "warn", pass: "good" } as const;

/** The launch checklist that checks itself, with what was seen and what puts it right. */
export const readinessRoutes = definePage({
  path: "/admin/readiness",
  section: "admin",
  roles: OPERATORS,
  load: async ({ client }) => (await ask(client.admin.readiness.$get())).data,
  title: ({ operators }) => operators.sections.readiness,
  view: (visit, items) => {
    const { safety: words, operators } = visit.words;
    const asked = visit.query.get("status") ?? "";
    const shown = items.filter(({ status }) => asked === "" || status === asked);
    const groups = [...new Set(shown.map(({ group }) => group))];
    const options = [["", operators.all] as const, ...STATES.map((state) => [state, words.checks[state]] as const)];
    return (
      <Desk visit={visit} place="readiness">
        <p class="lead">
          {STATES.map(
            (state) => `${words.checks[state]}: ${items.filter(({ status }) => status === state).length}`,
          ).join(", ")}
        </p>
        <Filters visit={visit} filters={[{ name: "status", label: words.state, options }]} />
        {groups.map((group) => (
          <section>
            <h2>{group}</h2>
            <ul class="plain">
              {shown
                .filter((item) => item.group === group)
                .map(({ id, title, status, evidence, fix }) => (
                  <li id={id}>
                    <span class={`state ${TONES[status]}`}>{words.checks[status]}</span> <strong>{title}</strong>{" "}
                    <code>{id}</code>
                    <br />
                    {evidence}
                    {status === "pass" ? null : (
                      <p>
                        <strong>{words.fix}:</strong> {fix}
                      </p>
                    )}
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </Desk>
    );
  },
});
