import { ask } from "#console/frame/client.ts";
import { ButtonForm } from "#console/frame/forms.tsx";
import { Money, State, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";

const STEPS = ["requested", "approved", "broadcast", "confirmed"] as const;

/** One withdrawal, step by step. */
export const withdrawalRoutes = definePage({
  path: "/app/withdrawals/:id",
  section: "wallet",
  said: ({ wallet }) => ({ cancelled: wallet.cancelled, asked: wallet.asked }),
  load: async ({ client, param }) => await ask(client.withdrawals[":id"].$get({ param: { id: param("id") } })),
  title: ({ wallet }) => wallet.withdraw,
  view: (visit, { id, asset, network, amount, fee, address, status, txid, confirmations, reason, createdAt }) => {
    const { wallet } = visit.words;
    const reached = STEPS.findIndex((step) => step === status);
    return (
      <>
        <h1>
          <Money visit={visit} amount={amount} asset={asset} /> <State of={status} />
        </h1>
        {reached < 0 ? null : (
          <ol class="steps">
            {STEPS.map((step, place) => (
              <li class={place <= reached ? "good" : "quiet"} aria-current={place === reached ? "step" : undefined}>
                {wallet.steps[step]}
              </li>
            ))}
          </ol>
        )}
        {reason === null ? null : <p class="bad">{reason}</p>}
        <dl>
          <dt>{wallet.date}</dt>
          <dd>
            <When visit={visit} at={createdAt} />
          </dd>
          <dt>{wallet.address}</dt>
          <dd>
            {network}: <code>{address}</code>
          </dd>
          <dt>{wallet.fee}</dt>
          <dd>
            <Money visit={visit} amount={fee} asset={asset} />
          </dd>
          <dt>{wallet.transaction}</dt>
          <dd>
            <code>{txid ?? "–"}</code> {txid === null ? "" : wallet.confirmations(confirmations)}
          </dd>
        </dl>
        {status === "requested" ? (
          <ButtonForm visit={visit} action="cancel" of={id} label={wallet.cancel} danger />
        ) : null}
        <p>
          <a href="/app/wallet">{wallet.title}</a>
        </p>
      </>
    );
  },
  actions: {
    cancel: async ({ client, param }) => {
      await ask(client.withdrawals[":id"].cancel.$post({ param: { id: param("id") } }));
      return { say: "cancelled" };
    },
  },
});
