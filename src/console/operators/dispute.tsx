import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, State, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { ageOf, Desk, Fact, OPERATORS } from "./frame.tsx";

/** One dispute with everything that it takes to decide it, on one screen. */
export const disputeRoutes = definePage({
  path: "/admin/disputes/:id",
  section: "admin",
  roles: OPERATORS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async ({ client, param }) => await ask(client.admin.disputes[":id"].$get({ param: { id: param("id") } })),
  title: ({ decisions }) => decisions.dispute,
  view: (visit, dispute) => {
    const { decisions: words } = visit.words;
    return (
      <Desk visit={visit} place="disputes" title={words.dispute}>
        <p>
          <State of={dispute.state} /> {ageOf(visit, dispute.ageSeconds)}{" "}
          {dispute.escalation === 0 ? null : <strong class="bad">{words.escalation(dispute.escalation)}</strong>}
        </p>
        <div class="grid">
          <Trade visit={visit} dispute={dispute} />
          <Decision visit={visit} dispute={dispute} />
        </div>
        <h2>{words.evidence}</h2>
        <Table
          caption={words.evidence}
          empty={words.noEvidence}
          rows={dispute.evidence}
          columns={[
            { head: words.from, cell: ({ from }) => from },
            {
              head: words.file,
              cell: ({ id, name }) => <a href={`/api/v1/admin/disputes/${dispute.id}/evidence/${id}`}>{name}</a>,
            },
            { head: words.kind, cell: ({ contentType }) => contentType },
            { head: words.at, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
          ]}
        />
        <h2>{words.chat}</h2>
        <Chat visit={visit} dispute={dispute} />
        <h2>{words.notes}</h2>
        <Notes visit={visit} notes={dispute.notes} />
        <h2>{words.history}</h2>
        <ul class="plain">
          {dispute.trade.events.map(({ at, actor, to, reason }) => (
            <li>
              <When visit={visit} at={at} /> {actor}: <State of={to} /> {reason ?? ""}
            </li>
          ))}
        </ul>
      </Desk>
    );
  },
  actions: {
    assign: async ({ client, param }, fields) => {
      const to = entered(fields, "to");
      const json = to === "" ? {} : { to };
      await ask(client.admin.disputes[":id"].assign.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    note: async ({ client, param }, fields) => {
      const json = { body: entered(fields, "body") };
      await ask(client.admin.disputes[":id"].notes.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    resolve: async ({ client, param }, fields) => {
      const json = {
        sellerShare: entered(fields, "sellerShare"),
        buyerShare: entered(fields, "buyerShare"),
        reason: entered(fields, "reason"),
      };
      await ask(client.admin.disputes[":id"].resolve.$post({ param: { id: param("id") }, json }));
      return { say: "done" };
    },
    confirm: async ({ client, param }) => {
      await ask(client.admin.disputes[":id"].confirm.$post({ param: { id: param("id") } }));
      return { say: "done" };
    },
  },
});

interface Party {
  readonly id: string;
  readonly name: string;
  readonly completionRate: number | null;
  readonly trades30d: number;
}

interface Dispute {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly openedBy: string;
  readonly assignedTo: string | null;
  readonly asset: string;
  readonly assetAmount: string;
  readonly closedAt: string | null;
  readonly resolution: { readonly sellerShare: string; readonly buyerShare: string; readonly reason: string } | null;
  readonly messages: readonly { readonly from: string; readonly content: string; readonly at: string }[];
  readonly trade: {
    readonly buyer: Party;
    readonly seller: Party;
    readonly fiat: string;
    readonly fiatAmount: string;
    readonly price: string;
    readonly feeAmount: string;
    readonly paymentMethod: string;
    readonly terms: string;
    readonly payerName: string | null;
    readonly warnings: readonly string[];
  };
}

function Trade({
  visit,
  dispute: { trade, asset, assetAmount, reason, openedBy },
}: {
  visit: Visit;
  dispute: Dispute;
}) {
  const { decisions: words } = visit.words;
  return (
    <section class="card">
      <h2>{words.trade}</h2>
      <dl>
        <Fact label={words.reason}>
          {openedBy}: {reason}
        </Fact>
        <Fact label={words.escrow}>
          <Money visit={visit} amount={assetAmount} asset={asset} />
        </Fact>
        <Fact label={words.price}>
          <Money visit={visit} amount={trade.fiatAmount} asset={trade.fiat} /> ({trade.price})
        </Fact>
        <Fact label={words.fee}>
          <Money visit={visit} amount={trade.feeAmount} asset={asset} />
        </Fact>
        <Fact label={words.method}>{trade.paymentMethod}</Fact>
        <Fact label={words.terms}>{trade.terms === "" ? "–" : trade.terms}</Fact>
        <Fact label={words.payer}>{trade.payerName ?? "–"}</Fact>
        <Fact label={words.warnings}>{trade.warnings.length === 0 ? "–" : trade.warnings.join(", ")}</Fact>
        <PartyFact visit={visit} label={words.seller} party={trade.seller} />
        <PartyFact visit={visit} label={words.buyer} party={trade.buyer} />
      </dl>
    </section>
  );
}

function PartyFact({ visit, label, party }: { visit: Visit; label: string; party: Party }) {
  const percent = new Intl.NumberFormat(visit.locale, { style: "percent", maximumFractionDigits: 1 });
  const rate = party.completionRate === null ? "–" : percent.format(party.completionRate);
  return (
    <Fact label={label}>
      <a href={`/admin/users/${party.id}`}>{party.name}</a>{" "}
      <small>{visit.words.decisions.record(rate, party.trades30d)}</small>
    </Fact>
  );
}

/** What may be done now: take it, decide it, or agree to what a colleague proposes. */
function Decision({ visit, dispute }: { visit: Visit; dispute: Dispute }) {
  const { decisions: words } = visit.words;
  const { assignedTo, resolution, state, closedAt, asset } = dispute;
  return (
    <section class="card">
      <h2>{words.decide}</h2>
      <p>
        {words.assignedTo}: <code>{assignedTo ?? "–"}</code>
      </p>
      {resolution === null ? null : (
        <dl>
          <Fact label={words.seller}>
            <Money visit={visit} amount={resolution.sellerShare} asset={asset} />
          </Fact>
          <Fact label={words.buyer}>
            <Money visit={visit} amount={resolution.buyerShare} asset={asset} />
          </Fact>
          <Fact label={words.reason}>{resolution.reason}</Fact>
        </dl>
      )}
      {closedAt !== null || visit.user.role !== "admin" ? null : (
        <>
          {assignedTo === visit.user.id ? (
            <Resolve visit={visit} dispute={dispute} />
          ) : (
            <ButtonForm visit={visit} action="assign" label={words.take} />
          )}
          {state === "proposed" && assignedTo !== visit.user.id ? (
            <ButtonForm visit={visit} action="confirm" label={words.confirm} danger />
          ) : null}
          <Form visit={visit} action="assign" class="row">
            <Field visit={visit} name="to" label={words.assignTo} />
            <button type="submit" class="second">
              {words.assign}
            </button>
          </Form>
        </>
      )}
    </section>
  );
}

function Resolve({ visit, dispute }: { visit: Visit; dispute: Dispute }) {
  const { decisions: words } = visit.words;
  return (
    <Form visit={visit} action="resolve">
      <p>{words.resolveText}</p>
      <div class="row">
        <Field visit={visit} name="sellerShare" label={`${words.seller} (${dispute.asset})`} value="0" />
        <Field
          visit={visit}
          name="buyerShare"
          label={`${words.buyer} (${dispute.asset})`}
          value={dispute.assetAmount}
        />
      </div>
      <Field visit={visit} name="reason" label={words.reason} rows={3} />
      <button type="submit" class="danger">
        {words.resolve}
      </button>
    </Form>
  );
}

function Chat({ visit, dispute: { messages, assignedTo } }: { visit: Visit; dispute: Dispute }) {
  const { decisions: words } = visit.words;
  if (assignedTo !== visit.user.id) return <p class="quiet">{words.chatHidden}</p>;
  if (messages.length === 0) return <p class="empty">{words.noChat}</p>;
  return (
    <ul class="plain">
      {messages.map(({ from, content, at }) => (
        <li>
          <strong>{from}</strong> <When visit={visit} at={at} /> {content}
        </li>
      ))}
    </ul>
  );
}

interface NotesProps {
  readonly visit: Visit;
  readonly notes: readonly { readonly authorId: string; readonly body: string; readonly at: string }[];
}

function Notes({ visit, notes }: NotesProps) {
  const { decisions: words } = visit.words;
  return (
    <>
      <ul class="plain">
        {notes.map(({ authorId, body, at }) => (
          <li>
            <When visit={visit} at={at} /> <code>{authorId}</code>: {body}
          </li>
        ))}
      </ul>
      <Form visit={visit} action="note">
        <Field visit={visit} name="body" label={words.note} rows={2} />
        <button type="submit" class="second">
          {words.addNote}
        </button>
      </Form>
    </>
  );
}
