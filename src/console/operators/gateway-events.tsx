import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, State, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import { ADMINS, Desk, Fact } from "./frame.tsx";

/** One event of a gateway, with its body as it came. */
const event = definePage({
  path: "/admin/gateway-events/:id",
  section: "admin",
  roles: ADMINS,
  said: ({ operators }) => ({ done: operators.done }),
  load: async ({ client, param }) =>
    await ask(client.admin["gateway-events"][":id"].$get({ param: { id: param("id") } })),
  title: ({ safety }) => safety.event,
  view: (visit, { provider, eventId, type, state, reason, objectId, receivedAt, settledAt, payload }) => {
    const { operators: words, safety } = visit.words;
    return (
      <Desk visit={visit} place="jobs" title={safety.event}>
        <p>
          <State of={state} /> {reason ?? ""}
        </p>
        <dl>
          <Fact label={safety.gateway}>{provider}</Fact>
          <Fact label={safety.type}>{type}</Fact>
          <Fact label={words.subject}>
            <code>{objectId ?? "–"}</code> <code>{eventId}</code>
          </Fact>
          <Fact label={words.at}>
            <When visit={visit} at={receivedAt} />
          </Fact>
          <Fact label={safety.settled}>
            <When visit={visit} at={settledAt} />
          </Fact>
        </dl>
        <ButtonForm visit={visit} action="replay" label={safety.replay} />
        <h2>{safety.body}</h2>
        {payload === null ? <p class="empty">{safety.noBody}</p> : <pre tabindex={0}>{payload}</pre>}
      </Desk>
    );
  },
  actions: {
    replay: async ({ client, param }) => {
      await ask(client.admin["gateway-events"][":id"].replay.$post({ param: { id: param("id") } }));
      return { say: "done" };
    },
  },
});

/** Gives a payment back, whole or in part. */
const refund = definePage({
  path: "/admin/refunds",
  section: "admin",
  roles: ADMINS,
  load: async () => await Promise.resolve(null),
  title: ({ operators }) => operators.sections.refunds,
  view: (visit) => {
    const { operators: words, sales } = visit.words;
    return (
      <Desk visit={visit} place="refunds">
        <p class="quiet">{sales.refundText}</p>
        <Form visit={visit} action="refund">
          <Field visit={visit} name="paymentId" label={sales.paymentId} value={visit.query.get("payment") ?? ""} />
          <Field
            visit={visit}
            name="amount"
            label={sales.amount}
            hint={sales.wholeIfEmpty}
            required={false}
            inputmode="decimal"
          />
          <Field visit={visit} name="reason" label={words.reason} />
          <button type="submit" class="danger">
            {sales.refund}
          </button>
        </Form>
      </Desk>
    );
  },
  actions: {
    refund: async (visit, fields) => {
      const amount = entered(fields, "amount");
      const json = { ...(amount === "" ? {} : { amount }), reason: entered(fields, "reason") };
      const param = { id: entered(fields, "paymentId") };
      const payment = await ask(visit.client.admin.payments[":id"].refund.$post({ param, json }));
      const { sales } = visit.words;
      return {
        show: (
          <>
            <h1>{sales.refunded}</h1>
            <dl>
              <Fact label={sales.paymentId}>
                <code>{payment.id}</code> <State of={payment.status} />
              </Fact>
              <Fact label={sales.amount}>
                <Money visit={visit} amount={payment.amount} asset={payment.asset} />
              </Fact>
              <Fact label={sales.refundedSoFar}>
                <Money visit={visit} amount={payment.refundedAmount} asset={payment.asset} />
              </Fact>
            </dl>
            <p>
              <a href="/admin/refunds">{sales.another}</a>
            </p>
          </>
        ),
      };
    },
  },
});

export const paymentRoutes = [...event, ...refund];
