import { ask } from "#console/frame/client.ts";
import { entered, enteredNumber, Field, Form } from "#console/frame/forms.tsx";
import { Pager, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, Fact, filtersOf, OPERATORS } from "./frame.tsx";

/** Documents that customers have shown and nobody has decided over, the oldest first. */
const queue = definePage({
  path: "/admin/verifications",
  section: "admin",
  roles: OPERATORS,
  load: async (visit) => await ask(visit.client.admin["verification-documents"].$get({ query: filtersOf(visit, []) })),
  title: ({ operators }) => operators.sections.verifications,
  view: (visit, { data, nextCursor }) => {
    const { operators, people: words } = visit.words;
    return (
      <Desk visit={visit} place="verifications">
        <p class="quiet">{words.queueText}</p>
        <Table
          caption={operators.sections.verifications}
          empty={operators.nothing}
          rows={data}
          columns={[
            { head: words.shown, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
            { head: words.kind, cell: ({ kind }) => words.kinds[kind] },
            {
              head: words.who,
              cell: ({ userId }) => <a href={`/admin/users/${userId}/verification`}>{userId}</a>,
            },
          ]}
        />
        <Pager visit={visit} next={nextCursor} />
      </Desk>
    );
  },
});

/** What somebody has shown of who they are, and the tier that follows from it. */
const one = definePage({
  path: "/admin/users/:id/verification",
  section: "admin",
  roles: OPERATORS,
  said: ({ people }) => ({ set: people.tierSet }),
  load: async ({ client, param }) => {
    const { ":id": user } = client.admin.users;
    const given = { param: { id: param("id") } };
    const [account, verification] = await Promise.all([ask(user.$get(given)), ask(user.verification.$get(given))]);
    return { account, verification };
  },
  title: ({ people }) => people.verification,
  view: (visit, { account, verification }) => {
    const { people: words, operators } = visit.words;
    const isAdmin = visit.user.role === "admin";
    return (
      <Desk visit={visit} place="verifications" title={words.verification}>
        <dl>
          <Fact label={words.who}>
            <a href={`/admin/users/${account.id}`}>{account.email ?? account.id}</a> {account.name ?? ""}
          </Fact>
          <Fact label={words.tier}>
            {verification.tier}: {words.tiers[verification.tier as Tier]}
          </Fact>
        </dl>
        <h2>{words.documents}</h2>
        <Table
          caption={words.documents}
          empty={words.noDocuments}
          rows={verification.documents}
          columns={[
            { head: words.shown, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
            {
              head: words.kind,
              cell: ({ id, kind, kept }) =>
                kept && isAdmin ? (
                  <a href={`/api/v1/admin/verification-documents/${id}`}>{words.kinds[kind]}</a>
                ) : (
                  words.kinds[kind]
                ),
            },
            { head: words.type, cell: ({ contentType }) => contentType },
            { head: words.file, cell: ({ kept }) => (kept ? words.kept : words.gone) },
            { head: words.goes, cell: ({ deleteAt }) => <When visit={visit} at={deleteAt} /> },
          ]}
        />
        {isAdmin ? <TierForm visit={visit} tier={verification.tier} reason={operators.reason} /> : null}
      </Desk>
    );
  },
  actions: {
    tier: async ({ client, param }, fields) => {
      const reason = entered(fields, "reason");
      const json = { tier: enteredNumber(fields, "tier") as Tier, ...(reason === "" ? {} : { reason }) };
      await ask(client.admin.users[":id"].tier.$post({ param: { id: param("id") }, json }));
      return { say: "set" };
    },
  },
});

const TIERS = [0, 1, 2] as const;
type Tier = (typeof TIERS)[number];

function TierForm({ visit, tier, reason }: { visit: Visit; tier: number; reason: string }) {
  const { people: words } = visit.words;
  return (
    <>
      <h2>{words.decide}</h2>
      <p class="quiet">{words.decideText}</p>
      <Form visit={visit} action="tier" class="row">
        <Field
          visit={visit}
          name="tier"
          label={words.tier}
          value={String(tier)}
          options={TIERS.map((value) => [String(value), `${value}: ${words.tiers[value]}`])}
        />
        <Field visit={visit} name="reason" label={reason} />
        <button type="submit">{words.setTier}</button>
      </Form>
    </>
  );
}

export const verificationRoutes = [...queue, ...one];
