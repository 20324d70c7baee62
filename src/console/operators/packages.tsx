import { ask } from "#console/frame/client.ts";
import { entered, enteredBps, enteredNumber, Field, Form, percentOf } from "#console/frame/forms.tsx";
import { Money, State, Table } from "#console/frame/parts.tsx";
import { enteredRows, Rows } from "#console/frame/rows.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, OPERATORS } from "./frame.tsx";
import { share } from "./revenue.tsx";
import { Versions } from "./versions.tsx";

interface Package {
  readonly slug: string;
  readonly name: string;
  readonly rank: number;
  readonly prices: readonly { readonly amount: string; readonly asset: string }[];
  /** Null for all courses. */
  readonly courses: readonly string[] | null;
  readonly commission: { readonly level1Bps: number; readonly level2Bps: number };
  readonly offered: boolean;
}

interface Course {
  readonly slug: string;
  readonly title: string;
}

/** What customers buy to read courses, also what is no longer offered. */
const list = definePage({
  path: "/admin/packages",
  section: "admin",
  roles: OPERATORS,
  load: async ({ client: { admin } }) => {
    const [packages, courses] = await Promise.all([ask(admin.packages.$get()), ask(admin.courses.$get())]);
    return { packages: packages.data, courses: courses.data };
  },
  title: ({ operators }) => operators.sections.packages,
  view: (visit, { packages, courses }) => {
    const { operators, sales: words } = visit.words;
    return (
      <Desk visit={visit} place="packages">
        <Table
          caption={operators.sections.packages}
          empty={words.noPackages}
          rows={packages}
          columns={[
            { head: words.name, cell: ({ slug, name }) => <a href={`/admin/packages/${slug}`}>{name}</a> },
            { head: words.rank, number: true, cell: ({ rank }) => rank },
            { head: words.prices, cell: ({ prices }) => <Prices visit={visit} prices={prices} /> },
            { head: words.courses, cell: (row) => row.courses?.length ?? words.allCourses },
            { head: words.commission, number: true, cell: ({ commission }) => <Rates visit={visit} of={commission} /> },
            { head: words.state, cell: ({ offered }) => <State of={offered ? words.offered : words.withdrawn} /> },
          ]}
        />
        {visit.user.role === "admin" ? (
          <>
            <h2>{words.newPackage}</h2>
            <Editor visit={visit} action="create" courses={courses} label={words.newPackage} />
          </>
        ) : null}
      </Desk>
    );
  },
  actions: {
    create: async ({ client }, fields) => {
      const json = { slug: entered(fields, "slug"), ...contentsOf(fields) };
      const { slug } = await ask(client.admin.packages.$post({ json }));
      return { to: `/admin/packages/${slug}`, say: "saved" };
    },
  },
});

function Prices({ visit, prices }: { visit: Visit; prices: Package["prices"] }) {
  return (
    <ul class="plain">
      {prices.map(({ amount, asset }) => (
        <li>
          <Money visit={visit} amount={amount} asset={asset} />
        </li>
      ))}
    </ul>
  );
}

function Rates({ visit, of }: { visit: Visit; of: Package["commission"] }) {
  return (
    <>
      {share(visit, of.level1Bps)} + {share(visit, of.level2Bps)}
    </>
  );
}

/** One package, and every version that it has had. */
const one = definePage({
  path: "/admin/packages/:slug",
  section: "admin",
  roles: OPERATORS,
  said: ({ sales }) => ({ saved: sales.saved }),
  load: async (visit) => {
    const { admin } = visit.client;
    const param = { slug: visit.param("slug") };
    const [packages, courses, versions] = await Promise.all([
      ask(admin.packages.$get()),
      ask(admin.courses.$get()),
      ask(admin.packages[":slug"].versions.$get({ param })),
    ]);
    return { found: packages.data.find(({ slug }) => slug === param.slug), courses: courses.data, versions };
  },
  title: ({ operators }, { found }) => found?.name ?? operators.sections.packages,
  view: (visit, { found, courses, versions }) => {
    const { sales: words } = visit.words;
    return (
      <Desk visit={visit} place="packages" title={found?.name ?? ""}>
        <p class="quiet">{words.packageText}</p>
        {found && visit.user.role === "admin" ? (
          <Editor visit={visit} action="save" courses={courses} known={found} label={words.save} />
        ) : null}
        <Versions
          visit={visit}
          rows={versions.data}
          columns={[
            { head: words.prices, cell: ({ prices }) => <Prices visit={visit} prices={prices} /> },
            { head: words.courses, cell: (row) => row.courses?.join(", ") ?? words.allCourses },
            { head: words.commission, number: true, cell: ({ commission }) => <Rates visit={visit} of={commission} /> },
            { head: words.state, cell: ({ offered }) => (offered ? words.offered : words.withdrawn) },
          ]}
        />
      </Desk>
    );
  },
  actions: {
    save: async ({ client, param }, fields) => {
      const { ":slug": at } = client.admin.packages;
      await ask(at.$patch({ param: { slug: param("slug") }, json: contentsOf(fields) }));
      return { say: "saved" };
    },
  },
});

function contentsOf(fields: URLSearchParams) {
  return {
    name: entered(fields, "name"),
    rank: enteredNumber(fields, "rank"),
    prices: enteredRows(fields, "prices", ["amount", "asset"]).map(({ amount, asset }) => ({
      amount,
      asset: asset.toUpperCase(),
    })),
    courses: entered(fields, "all") === "yes" ? null : fields.getAll("courses"),
    level1Bps: enteredBps(fields, "level1Bps"),
    level2Bps: enteredBps(fields, "level2Bps"),
    offered: entered(fields, "offered") === "yes",
  };
}

interface EditorProps {
  readonly visit: Visit;
  readonly action: "create" | "save";
  readonly courses: readonly Course[];
  readonly known?: Package;
  readonly label: string;
}

const NEW = { name: "", rank: "", offered: "no", level1: "", level2: "" };

function shownOf({ name, rank, offered, commission }: Package): typeof NEW {
  const [level1, level2] = [percentOf(commission.level1Bps), percentOf(commission.level2Bps)];
  return { name, rank: String(rank), offered: offered ? "yes" : "no", level1, level2 };
}

function Editor({ visit, action, courses, known, label }: EditorProps) {
  const { sales: words } = visit.words;
  const shown = known ? shownOf(known) : NEW;
  return (
    <Form visit={visit} action={action}>
      {known ? null : <Field visit={visit} name="slug" label={words.slug} />}
      <div class="row">
        <Field visit={visit} name="name" label={words.name} value={shown.name} />
        <Field visit={visit} name="rank" label={words.rank} value={shown.rank} inputmode="numeric" />
        <Field
          visit={visit}
          name="offered"
          label={words.state}
          value={shown.offered}
          options={[
            ["no", words.withdrawn],
            ["yes", words.offered],
          ]}
        />
      </div>
      <div class="row">
        <Field visit={visit} name="level1Bps" label={words.level1} value={shown.level1} inputmode="decimal" />
        <Field visit={visit} name="level2Bps" label={words.level2} value={shown.level2} inputmode="decimal" />
      </div>
      <Rows
        visit={visit}
        list="prices"
        legend={words.price}
        rows={known?.prices ?? []}
        columns={[
          { name: "amount", label: words.amount, inputmode: "decimal" },
          { name: "asset", label: words.asset },
        ]}
      />
      <Courses visit={visit} courses={courses} known={known} />
      <button type="submit">{label}</button>
    </Form>
  );
}

function Courses({ visit, courses, known }: Pick<EditorProps, "visit" | "courses"> & { known: Package | undefined }) {
  const { sales: words } = visit.words;
  const sent = visit.refused?.fields;
  const all = sent ? sent.get("all") === "yes" : known?.courses === null;
  const chosen = new Set(sent?.getAll("courses") ?? known?.courses);
  return (
    <fieldset>
      <legend>{words.courses}</legend>
      <label class="check">
        <input type="checkbox" name="all" value="yes" checked={all} /> {words.allCourses}
      </label>
      {courses.map(({ slug, title }) => (
        <label class="check">
          <input type="checkbox" name="courses" value={slug} checked={chosen.has(slug)} /> {title}
        </label>
      ))}
    </fieldset>
  );
}

export const packageRoutes = [...list, ...one];
