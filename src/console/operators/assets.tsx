import { ask } from "#console/frame/client.ts";
import { entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, State, Table } from "#console/frame/parts.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Desk, OPERATORS } from "./frame.tsx";

const TIERS = ["tier0", "tier1", "tier2"] as const;
const SPANS = ["perDay", "per30Days"] as const;
const OF_NETWORK = ["minDeposit", "minWithdrawal", "withdrawalFee"] as const;

interface Asset {
  readonly asset: string;
  readonly limits: Readonly<Record<(typeof TIERS)[number], Readonly<Record<(typeof SPANS)[number], string>>>>;
  readonly operatorFrom: string;
  readonly fourEyesFrom: string;
  readonly networks: readonly ({ readonly network: string } & Readonly<Record<(typeof OF_NETWORK)[number], string>>)[];
}

interface Switch {
  readonly asset: string;
  readonly deposits: boolean;
  readonly withdrawals: boolean;
  readonly reason: string | null;
}

/** What may come in and go out, and from where on somebody looks at it. */
const list = definePage({
  path: "/admin/assets",
  section: "admin",
  roles: OPERATORS,
  load: async ({ client: { admin } }) => {
    const [assets, switches] = await Promise.all([ask(admin.assets.$get()), ask(admin["asset-switches"].$get())]);
    return { assets: assets.data, switches: new Map(switches.data.map((row) => [row.asset, row])) };
  },
  title: ({ operators }) => operators.sections.assets,
  view: (visit, { assets, switches }) => {
    const { operators, trading: words } = visit.words;
    return (
      <Desk visit={visit} place="assets">
        <Table
          caption={operators.sections.assets}
          empty={operators.nothing}
          rows={assets}
          columns={[
            { head: words.asset, cell: ({ asset }) => <a href={`/admin/assets/${asset}`}>{asset}</a> },
            ...(["deposits", "withdrawals"] as const).map((way) => ({
              head: words.ways[way],
              cell: ({ asset }: { asset: string }) => (
                <State of={switches.get(asset)?.[way] === false ? words.closed : words.open} />
              ),
            })),
            {
              head: words.operatorFrom,
              number: true,
              cell: ({ asset, operatorFrom }) => <Money visit={visit} amount={operatorFrom} asset={asset} />,
            },
            {
              head: words.fourEyesFrom,
              number: true,
              cell: ({ asset, fourEyesFrom }) => <Money visit={visit} amount={fourEyesFrom} asset={asset} />,
            },
          ]}
        />
      </Desk>
    );
  },
});

/** One asset: its switches, its limits by tier, and its networks. */
const one = definePage({
  path: "/admin/assets/:asset",
  section: "admin",
  roles: OPERATORS,
  said: ({ trading }) => ({ saved: trading.saved }),
  load: async ({ client: { admin }, param }) => {
    const [assets, switches] = await Promise.all([ask(admin.assets.$get()), ask(admin["asset-switches"].$get())]);
    const isMeant = ({ asset }: { asset: string }): boolean => asset === param("asset");
    return { asset: assets.data.find(isMeant) ?? null, state: switches.data.find(isMeant) ?? null };
  },
  title: ({ operators }, { asset }) => asset?.asset ?? operators.sections.assets,
  view: (visit, { asset, state }) => {
    const { operators, trading: words } = visit.words;
    const mayWrite = visit.user.role === "admin";
    if (!asset) {
      return (
        <Desk visit={visit} place="assets">
          <p class="empty">{operators.nothing}</p>
        </Desk>
      );
    }
    return (
      <Desk visit={visit} place="assets" title={asset.asset}>
        {state === null ? null : <Switches visit={visit} state={state} />}
        <h2>{words.limits}</h2>
        <p class="quiet">{words.limitsText}</p>
        <Form visit={visit} action="save">
          <Terms visit={visit} asset={asset} />
          {mayWrite ? <button type="submit">{words.save}</button> : null}
        </Form>
      </Desk>
    );
  },
  actions: {
    switch: async ({ client, param }, fields) => {
      const { ":asset": at } = client.admin["asset-switches"];
      const isOpen = (way: string): boolean => entered(fields, way) === "open";
      const json = {
        deposits: isOpen("deposits"),
        withdrawals: isOpen("withdrawals"),
        reason: entered(fields, "reason"),
      };
      await ask(at.$patch({ param: { asset: param("asset") }, json }));
      return { say: "saved" };
    },
    save: async ({ client, param }, fields) => {
      const limitOf = (tier: string) => ({
        perDay: entered(fields, `limits.${tier}.perDay`),
        per30Days: entered(fields, `limits.${tier}.per30Days`),
      });
      const json = {
        limits: { tier0: limitOf("tier0"), tier1: limitOf("tier1"), tier2: limitOf("tier2") },
        operatorFrom: entered(fields, "operatorFrom"),
        fourEyesFrom: entered(fields, "fourEyesFrom"),
        networks: fields.getAll("network").map((network, place) => ({
          network,
          minDeposit: entered(fields, `networks.${place}.minDeposit`),
          minWithdrawal: entered(fields, `networks.${place}.minWithdrawal`),
          withdrawalFee: entered(fields, `networks.${place}.withdrawalFee`),
        })),
      };
      await ask(client.admin.assets[":asset"].$put({ param: { asset: param("asset") }, json }));
      return { say: "saved" };
    },
  },
});

function Switches({ visit, state }: { visit: Visit; state: Switch }) {
  const { operators, trading: words } = visit.words;
  return (
    <>
      <h2>{words.switches}</h2>
      <p class="quiet">{words.switchesText}</p>
      {state.reason === null ? null : <p>{state.reason}</p>}
      <Form visit={visit} action="switch" class="row">
        {(["deposits", "withdrawals"] as const).map((way) => (
          <Field
            visit={visit}
            name={way}
            label={words.ways[way]}
            value={state[way] ? "open" : "closed"}
            options={[
              ["open", words.open],
              ["closed", words.closed],
            ]}
          />
        ))}
        <Field visit={visit} name="reason" label={operators.reason} />
        {visit.user.role === "admin" ? <button type="submit">{words.switch}</button> : null}
      </Form>
    </>
  );
}

function Terms({ visit, asset }: { visit: Visit; asset: Asset }) {
  const { trading: words } = visit.words;
  const decimal = { visit, inputmode: "decimal" } as const;
  return (
    <>
      {TIERS.map((tier) => (
        <fieldset class="row">
          <legend>{words.tiers[tier]}</legend>
          {SPANS.map((span) => (
            <Field
              {...decimal}
              name={`limits.${tier}.${span}`}
              label={words.spans[span]}
              value={asset.limits[tier][span]}
            />
          ))}
        </fieldset>
      ))}
      <div class="row">
        <Field {...decimal} name="operatorFrom" label={words.operatorFrom} value={asset.operatorFrom} />
        <Field {...decimal} name="fourEyesFrom" label={words.fourEyesFrom} value={asset.fourEyesFrom} />
      </div>
      {asset.networks.map((row, place) => (
        <fieldset class="row">
          <legend>{row.network}</legend>
          <input type="hidden" name="network" value={row.network} />
          {OF_NETWORK.map((term) => (
            <Field {...decimal} name={`networks.${place}.${term}`} label={words.ofNetwork[term]} value={row[term]} />
          ))}
        </fieldset>
      ))}
    </>
  );
}

export const assetRoutes = [...list, ...one];
