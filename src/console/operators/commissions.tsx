import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, enteredBps, Field, Form } from "#console/frame/forms.tsx";
import { Money, Pager, Table, When } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, filtersOf, OPERATORS } from "./frame.tsx";
import { share } from "./revenue.tsx";

interface Rate {
  readonly id: string;
  readonly package: string | null;
  readonly level1Bps: number;
  readonly level2Bps: number;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly createdBy: string;
}

/** What members earn, by package and period, and how much of it in a month. */
const terms = definePage({
  path: "/admin/commissions",
  section: "admin",
  roles: OPERATORS,
  said: ({ sales }) => ({ saved: sales.saved }),
  load: async (visit) => {
    const { admin } = visit.client;
    const [rates, caps, packages] = await Promise.all([
      ask(admin.affiliate.rates.$get({ query: filtersOf(visit, []) })),
      ask(admin.affiliate.caps.$get({ query: { limit: "50" } })),
      ask(admin.packages.$get()),
    ]);
    return { rates, caps: caps.data, packages: packages.data };
  },
  title: ({ operators }) => operators.sections.commissions,
  view: (visit, { rates, caps, packages }) => {
    const { operators, sales: words } = visit.words;
    const mayWrite = visit.user.role === "admin";
    return (
      <Desk visit={visit} place="commissions">
        <p class="quiet">{words.ratesText}</p>
        <Rates visit={visit} rows={rates.data} />
        <Pager visit={visit} next={rates.nextCursor} />
        {mayWrite ? <RateForm visit={visit} packages={packages.map(({ slug, name }) => [slug, name])} /> : null}
        <Caps visit={visit} rows={caps} />
        <p>
          <a href="/admin/reviews">{operators.sections.reviews}</a>
        </p>
      </Desk>
    );
  },
  actions: {
    rate: async ({ client }, fields) => {
      const [slug, startsAt, endsAt] = [entered(fields, "package"), dayOf(fields, "startsAt"), dayOf(fields, "endsAt")];
      const json = {
        ...(slug === "" ? {} : { package: slug }),
        level1Bps: enteredBps(fields, "level1Bps"),
        level2Bps: enteredBps(fields, "level2Bps"),
        ...(startsAt === null ? {} : { startsAt }),
        ...(endsAt === null ? {} : { endsAt }),
      };
      await ask(client.admin.affiliate.rates.$post({ json }));
      return { say: "saved" };
    },
    end: async ({ client }, fields) => {
      await ask(client.admin.affiliate.rates[":id"].end.$post({ param: { id: entered(fields, "of") } }));
      return { say: "saved" };
    },
    cap: async ({ client }, fields) => {
      const month = entered(fields, "month");
      const json = { asset: entered(fields, "asset").toUpperCase(), month: month === "" ? null : month };
      await ask(client.admin.affiliate.caps.$post({ json }));
      return { say: "saved" };
    },
  },
});

interface CapsProps {
  readonly visit: Visit;
  readonly rows: readonly {
    readonly asset: string;
    readonly month: string | null;
    readonly createdBy: string;
    readonly createdAt: string;
  }[];
}

function Caps({ visit, rows }: CapsProps) {
  const { sales: words } = visit.words;
  return (
    <>
      <h2>{words.caps}</h2>
      <p class="quiet">{words.capsText}</p>
      <Table
        caption={words.caps}
        empty={words.noCaps}
        rows={rows}
        columns={[
          { head: words.at, cell: ({ createdAt }) => <When visit={visit} at={createdAt} /> },
          { head: words.asset, cell: ({ asset }) => asset },
          {
            head: words.month,
            number: true,
            cell: ({ month, asset }) =>
              month === null ? words.unbounded : <Money visit={visit} amount={month} asset={asset} />,
          },
          { head: words.by, cell: ({ createdBy }) => <code>{createdBy}</code> },
        ]}
      />
      {visit.user.role === "admin" ? (
        <Form visit={visit} action="cap" of="cap" class="row">
          <Field visit={visit} of="cap" name="asset" label={words.asset} />
          <Field
            visit={visit}
            of="cap"
            name="month"
            label={words.month}
            hint={words.emptyUnbounded}
            required={false}
            inputmode="decimal"
          />
          <button type="submit">{words.setCap}</button>
        </Form>
      ) : null}
    </>
  );
}

/** Midnight UTC of a day that was chosen. */
function dayOf(fields: URLSearchParams, name: string): string | null {
  const day = entered(fields, name);
  return day === "" ? null : `${day}T00:00:00Z`;
}

function Rates({ visit, rows }: { visit: Visit; rows: readonly Rate[] }) {
  const { operators, sales: words } = visit.words;
  const now = new Date(visit.c.get("ctx").now()).toISOString();
  return (
    <Table
      caption={operators.sections.commissions}
      empty={words.noRates}
      rows={rows}
      columns={[
        { head: words.package, cell: (row) => row.package ?? words.allPackages },
        { head: words.level1, number: true, cell: ({ level1Bps }) => share(visit, level1Bps) },
        { head: words.level2, number: true, cell: ({ level2Bps }) => share(visit, level2Bps) },
        { head: words.startsAt, cell: ({ startsAt }) => <When visit={visit} at={startsAt} /> },
        { head: words.endsAt, cell: ({ endsAt }) => <When visit={visit} at={endsAt} /> },
        { head: words.by, cell: ({ createdBy }) => <code>{createdBy}</code> },
        {
          head: "",
          cell: ({ id, endsAt }) =>
            visit.user.role === "admin" && (endsAt === null || endsAt > now) ? (
              <ButtonForm visit={visit} action="end" of={id} label={words.endRate} danger />
            ) : null,
        },
      ]}
    />
  );
}

interface RateFormProps {
  readonly visit: Visit;
  readonly packages: readonly (readonly [slug: string, name: string])[];
}

function RateForm({ visit, packages }: RateFormProps) {
  const { sales: words } = visit.words;
  const given = { visit, of: "rate" };
  return (
    <Form {...given} action="rate">
      <h2>{words.newRate}</h2>
      <div class="row">
        <Field
          {...given}
          name="package"
          label={words.package}
          required={false}
          options={[["", words.allPackages], ...packages]}
        />
        <Field {...given} name="level1Bps" label={words.level1} inputmode="decimal" />
        <Field {...given} name="level2Bps" label={words.level2} inputmode="decimal" />
      </div>
      <div class="row">
        <Field {...given} name="startsAt" label={words.startsAt} hint={words.emptyNow} type="date" required={false} />
        <Field {...given} name="endsAt" label={words.endsAt} hint={words.emptyForGood} type="date" required={false} />
      </div>
      <button type="submit">{words.addRate}</button>
    </Form>
  );
}

/** Members whose purchases earn nothing until somebody has looked. */
const reviews = definePage({
  path: "/admin/reviews",
  section: "admin",
  roles: OPERATORS,
  said: ({ sales }) => ({ saved: sales.saved }),
  load: async (visit) => await ask(visit.client.admin.affiliate.reviews.$get({ query: filtersOf(visit, []) })),
  title: ({ operators }) => operators.sections.reviews,
  view: (visit, { data, nextCursor }) => {
    const { sales: words, operators } = visit.words;
    return (
      <Desk visit={visit} place="reviews">
        <p class="quiet">{words.reviewsText}</p>
        {data.length === 0 ? <p class="empty">{operators.nothing}</p> : null}
        <div class="grid">
          {data.map(({ userId, referrerId, reason, joinedAt }) => (
            <section class="card">
              <h2>
                <a href={`/admin/users/${userId}`}>{userId}</a>
              </h2>
              <p>{reason}</p>
              <p class="quiet">
                {words.joined} <When visit={visit} at={joinedAt} />
              </p>
              {referrerId === null ? null : (
                <p>
                  {words.referrer} <a href={`/admin/users/${referrerId}`}>{referrerId}</a>
                </p>
              )}
              {visit.user.role === "admin" ? <Decision visit={visit} id={userId} /> : null}
            </section>
          ))}
        </div>
        <Pager visit={visit} next={nextCursor} />
      </Desk>
    );
  },
  actions: {
    decide: async ({ client }, fields) => {
      const decision = entered(fields, "decision") === "cleared" ? ("cleared" as const) : ("refused" as const);
      const json = { decision, reason: entered(fields, "reason") };
      await ask(client.admin.affiliate.reviews[":id"].$post({ param: { id: entered(fields, "of") }, json }));
      return { say: "saved" };
    },
  },
});

function Decision({ visit, id }: { visit: Visit; id: string }) {
  const { sales: words, operators } = visit.words;
  return (
    <Form visit={visit} action="decide" of={id}>
      <Field visit={visit} of={id} name="reason" label={operators.reason} />
      <div class="row">
        <button type="submit" name="decision" value="cleared">
          {words.clear}
        </button>
        <button type="submit" name="decision" value="refused" class="danger">
          {words.refuse}
        </button>
      </div>
    </Form>
  );
}

export const commissionRoutes = [...terms, ...reviews];
