import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, State, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { EvidenceList, evidenceRoute } from "./trade.evidence.tsx";
import { sayInPlace } from "./trade.say.ts";

/** The room of one trade: what is agreed, what may be done now, and what happened. */
const room = definePage({
  path: "/app/trades/:id",
  section: "p2p",
  island: "trade",
  said: ({ p2p }) => ({
    done: p2p.done,
    taken: p2p.taken,
    kept: p2p.kept,
    refused: p2p.notKept,
  }),
  load: async ({ client, param }) => {
    const { ":id": one } = client.p2p.trades;
    const given = { id: param("id") };
    const [trade, messages, evidence] = await Promise.all([
      ask(one.$get({ param: given })),
      ask(one.messages.$get({ param: given, query: {} })),
      ask(one.evidence.$get({ param: given })),
    ]);
    return { trade, messages: messages.data, evidence: evidence.data };
  },
  title: ({ p2p }) => p2p.trade,
  view: (visit, { trade, messages, evidence }) => {
    const { p2p } = visit.words;
    return (
      <div
        data-trade={trade.id}
        data-version={trade.version}
        data-zone={visit.timeZone}
        data-words={JSON.stringify(p2p.live)}
      >
        <div data-part="steps">
          <h1>
            {p2p.trade} <State of={trade.state} />
          </h1>
          <Agreement visit={visit} trade={trade} />
          <Steps visit={visit} trade={trade} />
        </div>
        <h2>{p2p.messages}</h2>
        <ul class="plain" id="said" aria-live="polite">
          {messages.toReversed().map(({ id, from, content, at }) => (
            <li data-message={id}>
              <strong>{from}</strong> <When visit={visit} at={at} /> {content}
            </li>
          ))}
        </ul>
        <Form visit={visit} action="say" class="say row">
          <Field visit={visit} name="message" label={p2p.message} />
          <button type="submit">{p2p.send}</button>
        </Form>
        <EvidenceList visit={visit} tradeId={trade.id} files={evidence} />
        <h2>{p2p.history}</h2>
        <ul class="plain" data-part="history">
          {trade.events.map(({ at, actor, to, reason }) => (
            <li>
              <When visit={visit} at={at} /> {actor}: <State of={to} /> {reason ?? ""}
            </li>
          ))}
        </ul>
      </div>
    );
  },
  actions: {
    say: async (visit, fields) => {
      const id = fields.get("key") ?? crypto.randomUUID();
      await sayInPlace(visit, { tradeId: visit.param("id"), id, content: entered(fields, "message") });
      return {};
    },
    paid: async ({ client, param }, fields) => {
      const payerName = entered(fields, "payerName");
      const json = { expectedVersion: versionOf(fields), ...(payerName === "" ? {} : { payerName }) };
      await ask(client.p2p.trades[":id"].paid.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    release: async ({ client, param }, fields) => {
      const json = { expectedVersion: versionOf(fields) };
      await ask(client.p2p.trades[":id"].release.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    cancel: async ({ client, param }, fields) => {
      const json = { expectedVersion: versionOf(fields) };
      await ask(client.p2p.trades[":id"].cancel.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    dispute: async ({ client, param }, fields) => {
      const json = { expectedVersion: versionOf(fields), reason: entered(fields, "reason") };
      await ask(client.p2p.trades[":id"].dispute.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    rate: async ({ client, param }, fields) => {
      const comment = entered(fields, "comment");
      const json = { rating: Number(entered(fields, "rating")), ...(comment === "" ? {} : { comment }) };
      await ask(client.p2p.trades[":id"].feedback.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
  },
});

/** The version that the page showed: what has changed since then is shown before anything is done. */
const versionOf = (fields: URLSearchParams): number => Number(entered(fields, "of"));

interface Trade {
  readonly role: "buyer" | "seller" | "arbitrator";
  readonly state: string;
  readonly version: number;
  readonly buyer: { readonly name: string };
  readonly seller: { readonly name: string };
  readonly asset: string;
  readonly assetAmount: string;
  readonly fiat: string;
  readonly fiatAmount: string;
  readonly feeAmount: string;
  readonly paymentMethod: string;
  readonly terms: string;
  readonly deadlines: { readonly pay: string; readonly release: string | null };
  readonly warnings: readonly string[];
}

function Agreement({ visit, trade }: { visit: Visit; trade: Trade }) {
  const { p2p } = visit.words;
  const other = trade.role === "buyer" ? trade.seller : trade.buyer;
  const due = trade.state === "paid" ? trade.deadlines.release : trade.deadlines.pay;
  return (
    <div class="card">
      <p>
        {p2p.role} {p2p.roles[trade.role]}: <Money visit={visit} amount={trade.assetAmount} asset={trade.asset} /> ·{" "}
        <Money visit={visit} amount={trade.fiatAmount} asset={trade.fiat} /> · {p2p.fee}{" "}
        <Money visit={visit} amount={trade.feeAmount} asset={trade.asset} />
      </p>
      <p>
        {p2p.trader}: {other.name} · {p2p.methods}: {trade.paymentMethod}
      </p>
      {trade.terms === "" ? null : (
        <p>
          {p2p.terms}: {trade.terms}
        </p>
      )}
      <p>
        {trade.state === "paid" ? p2p.releaseBy : p2p.payBy}: <When visit={visit} at={due} />{" "}
        {due === null || ENDED.has(trade.state) ? null : <strong class="clock" data-deadline={due} />}
      </p>
      {trade.warnings.length === 0 ? null : (
        <p class="bad" role="alert">
          {p2p.warnings}: {trade.warnings.join(", ")}
        </p>
      )}
    </div>
  );
}

const ENDED = new Set(["released", "cancelled", "expired", "resolved"]);

/** What this person may do in this state; the API decides, and refuses what is too late. */
function Steps({ visit, trade }: { visit: Visit; trade: Trade }) {
  const { p2p } = visit.words;
  if (ENDED.has(trade.state)) {
    return (
      <>
        {trade.state === "expired" && trade.role === "buyer" ? <Dispute visit={visit} trade={trade} /> : null}
        <Form visit={visit} action="rate" class="row">
          <Field visit={visit} name="rating" label={p2p.rate} inputmode="numeric" />
          <Field visit={visit} name="comment" label={p2p.comment} required={false} />
          <button type="submit">{p2p.send}</button>
        </Form>
      </>
    );
  }
  return (
    <>
      {trade.role === "buyer" ? <BuyerSteps visit={visit} trade={trade} /> : null}
      {trade.role === "seller" && trade.state !== "escrowed" ? (
        <Form visit={visit} action="release" of={String(trade.version)}>
          <p>{p2p.releaseText}</p>
          <button type="submit">{p2p.release}</button>
        </Form>
      ) : null}
      {trade.state === "paid" ? <Dispute visit={visit} trade={trade} /> : null}
    </>
  );
}

function BuyerSteps({ visit, trade: { state, version } }: { visit: Visit; trade: Trade }) {
  const { p2p } = visit.words;
  return (
    <>
      {state === "escrowed" ? (
        <Form visit={visit} action="paid" of={String(version)}>
          <p>{p2p.paidText}</p>
          <Field visit={visit} name="payerName" label={p2p.payer} required={false} />
          <button type="submit">{p2p.paid}</button>
        </Form>
      ) : null}
      <ButtonForm visit={visit} action="cancel" of={String(version)} label={p2p.cancel} danger />
    </>
  );
}

function Dispute({ visit, trade: { version } }: { visit: Visit; trade: Trade }) {
  const { p2p } = visit.words;
  return (
    <Form visit={visit} action="dispute" of={String(version)}>
      <p>{p2p.disputeText}</p>
      <Field visit={visit} name="reason" label={p2p.reason} rows={3} />
      <button type="submit" class="danger">
        {p2p.dispute}
      </button>
    </Form>
  );
}

export const tradeRoutes = [...room, evidenceRoute];
