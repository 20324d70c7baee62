import { Layout } from "#console/frame/layout.tsx";

/** What each product is, in one line; those that are switched on stand on the page. */
const PRODUCTS: Readonly<Record<string, string>> = {
  identity: "Accounts: sign-in with two factors, sessions and API keys",
  messaging: "Messages: mail, SMS and notifications",
  billing: "Billing: plans, subscriptions and invoices",
  ledger: "Ledger: double entry, exact to the last minor unit",
  market: "Market data: symbols and daily bars",
  scanner: "Scanner: a language for the whole market, and what matched when",
  wallet: "Wallets: deposits and withdrawals",
  p2p: "P2P market: trades with escrow and disputes",
  budget: "Budgets: envelopes, transactions and reports",
  assistant: "Assistant: answers from your own figures",
  academy: "Academy: packages, courses and certificates",
  affiliate: "Affiliates: two levels, and payouts",
  support: "Support: help articles and tickets",
};

export interface HomeProps {
  readonly nonce: string;
  readonly origin: string;
  readonly products: readonly string[];
  /** Whether the reference is open on this installation. */
  readonly docs: boolean;
}

export function Home({ nonce, origin, products, docs }: HomeProps) {
  const links = [
    ["/sign-in", "Sign in"],
    ["/sign-up", "Open an account"],
    ["/help", "Help"],
    ["/status", "Status"],
    ...(docs
      ? [
          ["/docs", "Reference, to try calls"],
          ["/redoc", "Reference, to read"],
          ["/openapi.json", "OpenAPI document"],
        ]
      : []),
    ["/api/v1/health", "Health"],
  ] as const;
  return (
    <Layout
      title="Bourse"
      description="Accounts, money, markets and lessons, behind one API."
      nonce={nonce}
      address={`${origin}/`}
    >
      <h1>Bourse</h1>
      <p class="lead">Accounts, money, markets and lessons, behind one API.</p>
      <h2>What is on</h2>
      <ul>
        {products.flatMap((name) => (PRODUCTS[name] === undefined ? [] : [<li key={name}>{PRODUCTS[name]}</li>]))}
      </ul>
      <h2>Where to go</h2>
      <ul>
        {links.map(([href, label]) => (
          <li key={href}>
            <a href={href}>{label}</a> <code>{href}</code>
          </li>
        ))}
      </ul>
    </Layout>
  );
}
