import { ask, askIfAny } from "#console/frame/client.ts";
import { Money } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** The first page: what needs somebody, and what they own. */
export const homeRoutes = definePage({
  path: "/app",
  section: "home",
  title: ({ home }) => home.title,
  load: async (visit) => {
    const on = new Set<string>(visit.c.get("ctx").composition.modules.map(({ name }) => name));
    const [{ unreadCount }, wallets, subscription] = await Promise.all([
      ask(visit.client.notifications.$get({ query: { limit: "1" } })),
      on.has("wallet") ? ask(visit.client.wallets.$get()) : { data: [] },
      on.has("billing") ? subscriptionOf(visit) : null,
    ]);
    return { unreadCount, wallets: wallets.data, subscription };
  },
  view: (visit, { unreadCount, wallets, subscription }) => {
    const { home } = visit.words;
    const needs = [
      ...(unreadCount > 0 ? [<a href="/app/notifications">{home.unread(unreadCount)}</a>] : []),
      ...(subscription === "past_due" || subscription === "unpaid" ? [<a href="/app/billing">{home.pastDue}</a>] : []),
      ...(visit.user.mfaEnabled ? [] : [<a href="/app/settings">{home.secondFactor}</a>]),
    ];
    const full = wallets.filter(({ total }) => Number(total) !== 0);
    return (
      <>
        <h1>{home.hello(visit.user.name ?? visit.user.email ?? "")}</h1>
        <h2>{home.attention}</h2>
        {needs.length === 0 ? <p class="quiet">{home.calm}</p> : null}
        <ul class="plain">
          {needs.map((need) => (
            <li>{need}</li>
          ))}
        </ul>
        <h2>{home.money}</h2>
        {full.length === 0 ? <p class="quiet">{home.noMoney}</p> : null}
        <div class="grid">
          {full.map(({ asset, total }) => (
            <a class="card" href={`/app/wallet/${asset}`}>
              <span class="figure">
                <Money visit={visit} amount={total} asset={asset} />
              </span>
            </a>
          ))}
        </div>
      </>
    );
  },
});

/** The state of the subscription; null where there is none. */
async function subscriptionOf({ client }: Visit): Promise<string | null> {
  return (await askIfAny(client.billing.subscription.$get()))?.status ?? null;
}
