import type { HttpContext } from "#platform/http/env";
import { showPage } from "#platform/http/page";
import type { RootRoute } from "#platform/http/root-route";
import { toTimestamp } from "#kernel/time";
import { presentStatus } from "./schemas.ts";
import type { Component, Overall } from "./rules.ts";
import { getStatusAnyway } from "./service.ts";
import { canConfirm, canLeave, confirm, leave } from "./service.subscribers.ts";

const WORDS: Readonly<Record<Overall, string>> = {
  operational: "All systems work",
  degraded: "Some systems have trouble",
  outage: "Bourse is down",
  unknown: "Nothing was checked lately",
};

const SHAPES = { up: "● works", down: "■ does not work", unknown: "○ not known" } as const;
const TONES = { up: "good", down: "bad", unknown: "quiet" } as const;

/** Nobody is signed in here, so nobody's zone is known. */
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

const Moment = ({ at }: { at: number }) => <time datetime={toTimestamp(at)}>{MOMENT.format(at)} UTC</time>;

async function statusPage(c: HttpContext): Promise<Response> {
  const status = await getStatusAnyway(c.get("ctx"));
  if ((c.req.header("Accept") ?? "").includes("application/json")) return c.json(presentStatus(status));
  return await showPage(
    c,
    { title: WORDS[status.overall], status: 200, listed: true },
    <>
      {status.incidents.map((incident) => (
        <section>
          <h2>{incident.title}</h2>
          {incident.updates.map(({ state, message, at }) => (
            <p>
              <strong>{state}</strong> <Moment at={at} />
              <br />
              {message}
            </p>
          ))}
        </section>
      ))}
      <div class="table">
        <table>
          <caption>Components, checked every minute; uptime of up to 90 days</caption>
          <tbody>{status.components.map(row)}</tbody>
        </table>
      </div>
      <p>
        {status.checkedAt === null ? (
          "No check is known."
        ) : (
          <>
            The newest check was made on <Moment at={status.checkedAt} />.
          </>
        )}
      </p>
    </>,
  );
}

function row({ name, state, uptimeBps, latencyMs }: Component) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class={TONES[state]}>{SHAPES[state]}</td>
      <td class="number">{(uptimeBps / 100).toFixed(2)} %</td>
      <td class="number">{latencyMs} ms</td>
    </tr>
  );
}

/** A link in a mail: a page with a button, since scanners open links, and what the button does. */
function linkRoutes(path: string, words: LinkWords): RootRoute[] {
  const page = { path, limit: "public", duringMaintenance: true } as const;
  const bad = async (c: HttpContext) =>
    await showPage(c, { title: words.title, status: 400 }, <p>This link is not good any more.</p>);
  return [
    {
      ...page,
      method: "GET",
      handler: async (c) => {
        if (!(await words.check(c.get("ctx"), c.req.query("token") ?? ""))) return await bad(c);
        const button = (
          <form method="post">
            <button type="submit">{words.button}</button>
          </form>
        );
        return await showPage(c, { title: words.title, status: 200 }, button);
      },
    },
    {
      ...page,
      method: "POST",
      handler: async (c) => {
        if (!(await words.act(c.get("ctx"), c.req.query("token") ?? ""))) return await bad(c);
        return await showPage(c, { title: words.title, status: 200 }, <p>{words.done}</p>);
      },
    },
  ];
}

interface LinkWords {
  readonly title: string;
  readonly button: string;
  readonly done: string;
  readonly check: typeof canConfirm;
  readonly act: typeof confirm;
}

export const rootRoutes: readonly RootRoute[] = [
  { method: "GET", path: "/status", limit: "public", duringMaintenance: true, handler: statusPage },
  ...linkRoutes("/status/confirm", {
    title: "Mails about incidents",
    button: "Subscribe",
    done: "Done: you will hear of incidents by mail.",
    check: canConfirm,
    act: confirm,
  }),
  ...linkRoutes("/status/unsubscribe", {
    title: "Mails about incidents",
    button: "Unsubscribe",
    done: "Done: you will not hear of incidents any more.",
    check: canLeave,
    act: leave,
  }),
];
