import { ask } from "#console/frame/client.ts";
import { ButtonForm, entered, Field, Form } from "#console/frame/forms.tsx";
import { Money, Pager, Table, When } from "#console/frame/parts.tsx";
import { QrCode } from "#console/frame/qr.tsx";
import { definePage } from "#console/frame/site.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** One wallet: its entries, where to send deposits, and the way out. */
export const walletAssetRoutes = definePage({
  path: "/app/wallet/:asset",
  section: "wallet",
  said: ({ wallet }) => ({ added: wallet.added, removed: wallet.removed }),
  load: async ({ client, param, query }) => {
    const asset = param("asset");
    const cursor = query.get("cursor");
    const [balance, entries, assets, addresses] = await Promise.all([
      ask(client.wallets[":asset"].$get({ param: { asset } })),
      ask(client.wallets[":asset"].entries.$get({ param: { asset }, query: cursor === null ? {} : { cursor } })),
      ask(client.assets.$get()),
      ask(client["withdrawal-addresses"].$get({ query: { limit: "100" } })),
    ]);
    const listed = assets.data.find((row) => row.asset === asset)?.networks ?? [];
    const networks = listed.map(({ network }) => network);
    return {
      balance,
      entries,
      networks,
      addresses: addresses.data.filter(({ network }) => networks.includes(network)),
    };
  },
  title: (_, { balance }) => balance.asset,
  view: (visit, { balance, entries, networks, addresses }) => {
    const { wallet, frame } = visit.words;
    const { asset } = balance;
    return (
      <>
        <h1>{asset}</h1>
        <div class="grid">
          {(["available", "held", "total"] as const).map((part) => (
            <div class="card">
              <small>{wallet[part]}</small>
              <div class="figure">
                <Money visit={visit} amount={balance[part]} asset={asset} />
              </div>
            </div>
          ))}
        </div>
        {networks.length === 0 ? null : <Ways visit={visit} networks={networks} addresses={addresses} />}
        <h2>{wallet.entries}</h2>
        <Table
          caption={wallet.entries}
          empty={frame.nothing}
          rows={entries.data}
          columns={[
            { head: wallet.date, cell: (row) => <When visit={visit} at={row.createdAt} /> },
            { head: wallet.what, cell: ({ description }) => description },
            {
              head: wallet.amount,
              number: true,
              cell: (row) => <Money visit={visit} amount={row.amount} asset={asset} />,
            },
            {
              head: wallet.balance,
              number: true,
              cell: (row) => <Money visit={visit} amount={row.balanceAfter} asset={asset} />,
            },
          ]}
        />
        <Pager visit={visit} next={entries.nextCursor} />
      </>
    );
  },
  actions: {
    deposit: async ({ client, param, words }, fields) => {
      const json = { network: entered(fields, "network") };
      const { ":asset": wallet } = client.wallets;
      const given = await ask(wallet["deposit-address"].$post({ param: { asset: param("asset") }, json }));
      return { show: <DepositAddress words={words.wallet} {...given} /> };
    },
    add: async ({ client }, fields) => {
      const [network, address, label] = ["network", "address", "label"].map((name) => entered(fields, name));
      const json = { network: network ?? "", address: address ?? "", label: label ?? "" };
      await ask(client["withdrawal-addresses"].$post({ json }));
      return { say: "added" };
    },
    remove: async ({ client }, fields) => {
      await ask(client["withdrawal-addresses"][":id"].$delete({ param: { id: entered(fields, "of") } }));
      return { say: "removed" };
    },
    withdraw: async ({ client, param }, fields) => {
      const addressId = entered(fields, "addressId");
      const book = await ask(client["withdrawal-addresses"].$get({ query: { limit: "100" } }));
      const network = book.data.find(({ id }) => id === addressId)?.network ?? "";
      const json = { asset: param("asset"), network, addressId, amount: entered(fields, "amount") };
      const { id } = await ask(client.withdrawals.$post({ json }));
      return { to: `/app/withdrawals/${id}`, say: "asked" };
    },
  },
});

interface Address {
  readonly id: string;
  readonly label: string;
  readonly network: string;
  readonly address: string;
  readonly usableFrom: string;
}

interface WaysProps {
  readonly visit: Visit;
  readonly networks: readonly string[];
  readonly addresses: readonly Address[];
}

/** How money comes in and goes out over networks. */
function Ways({ visit, networks, addresses }: WaysProps) {
  const { wallet } = visit.words;
  const options = networks.map((network) => [network, network] as const);
  return (
    <>
      <h2>{wallet.deposit}</h2>
      <p>{wallet.depositText}</p>
      <Form visit={visit} action="deposit" class="row">
        <Field visit={visit} name="network" label={wallet.network} options={options} />
        <button type="submit">{wallet.showAddress}</button>
      </Form>
      <h2>{wallet.withdraw}</h2>
      <p>{wallet.withdrawText}</p>
      {addresses.length === 0 ? (
        <p class="quiet">{wallet.noAddresses}</p>
      ) : (
        <Form visit={visit} action="withdraw" class="row">
          <Field
            visit={visit}
            name="addressId"
            label={wallet.address}
            options={addresses.map(({ id, label, network }) => [id, `${label} (${network})`])}
          />
          <Field visit={visit} name="amount" label={wallet.amount} inputmode="decimal" />
          <button type="submit">{wallet.withdraw}</button>
        </Form>
      )}
      <h3>{wallet.addresses}</h3>
      <AddressBook visit={visit} addresses={addresses} />
      <Form visit={visit} action="add" class="row">
        <Field visit={visit} name="network" label={wallet.network} options={options} />
        <Field visit={visit} name="address" label={wallet.address} autocomplete="off" />
        <Field visit={visit} name="label" label={wallet.label} autocomplete="off" />
        <button type="submit">{wallet.addAddress}</button>
      </Form>
    </>
  );
}

function AddressBook({ visit, addresses }: { visit: Visit; addresses: readonly Address[] }) {
  const { wallet, frame } = visit.words;
  return (
    <Table
      caption={wallet.addresses}
      empty={frame.nothing}
      rows={addresses}
      columns={[
        { head: wallet.label, cell: ({ label }) => label },
        { head: wallet.address, cell: ({ address }) => <code>{address}</code> },
        { head: wallet.usableFrom, cell: (row) => <When visit={visit} at={row.usableFrom} /> },
        {
          head: "",
          cell: ({ id }) => <ButtonForm visit={visit} action="remove" of={id} label={wallet.remove} danger />,
        },
      ]}
    />
  );
}

interface DepositAddressProps {
  readonly words: Visit["words"]["wallet"];
  readonly asset: string;
  readonly network: string;
  readonly address: string;
}

function DepositAddress({ words, asset, network, address }: DepositAddressProps) {
  return (
    <>
      <h1>
        {words.deposit}: {asset}
      </h1>
      <p class="lead">{words.depositText}</p>
      <p>
        {words.network}: <strong>{network}</strong>
      </p>
      <pre>{address}</pre>
      <QrCode text={address} label={words.qr} />
      <p>
        <a href={`/app/wallet/${asset}`}>{asset}</a>
      </p>
    </>
  );
}
