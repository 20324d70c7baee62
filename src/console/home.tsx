import { Layout } from "#console/frame/layout.tsx";

/** What each product is, in one line; those that are switched on stand on the page. */
const PRODUCTS: Readonly<Record<string, readonly [name: string, line: string]>> = {
  scanner: [
    "Scanner",
    "A language for the whole market: write what you look for, test it on the past, be told when it matches.",
  ],
  wallet: ["Wallet", "Deposits and withdrawals by bank and network, exact to the last minor unit."],
  p2p: ["P2P market", "Buy from people and sell to people. While a trade runs, the asset lies in escrow."],
  budget: ["Budget", "Envelopes, statements of your bank, and reports of where your money goes."],
  assistant: ["Assistant", "Answers from your own figures, and does nothing that you have not confirmed."],
  academy: ["Academy", "Courses, quizzes and certificates that anybody can check."],
  affiliate: ["Affiliate", "Share a link, see what came of it, and be paid to your bank."],
  billing: ["Billing", "Plans that can be changed to the day, with invoices."],
  support: ["Support", "Help to read, and people to write to."],
};

const DESCRIPTION = "Scan the market, trade with people, budget, learn and be paid: one account, one API.";

export interface HomeProps {
  readonly nonce: string;
  readonly origin: string;
  readonly products: readonly string[];
  /** Whether the reference is open on this installation. */
  readonly docs: boolean;
}

export function Home({ nonce, origin, products, docs }: HomeProps) {
  const shown = Object.entries(PRODUCTS).filter(([name]) => products.includes(name));
  return (
    <Layout title="Bourse" description={DESCRIPTION} nonce={nonce} address={`${origin}/`} wide>
      <section class="hero">
        <h1>Your money, your markets, one account.</h1>
        <p class="lead">{DESCRIPTION}</p>
        <p class="actions">
          <a class="button" href="/sign-up">
            Open an account
          </a>
          <a class="button second" href="/sign-in">
            Sign in
          </a>
        </p>
      </section>
      <h2>What is in it</h2>
      <div class="grid">
        {shown.map(([, [name, line]]) => (
          <div class="card">
            <h3>{name}</h3>
            <p class="quiet">{line}</p>
          </div>
        ))}
      </div>
      <h2>For developers</h2>
      <p>
        Everything that these pages do, the API does: they call nothing else. Each answer, limit and problem is written
        down.
      </p>
      <p class="actions">
        {docs ? <a href="/docs">Reference, to try calls</a> : null}
        {docs ? <a href="/redoc">Reference, to read</a> : null}
        {docs ? <a href="/openapi.json">OpenAPI document</a> : null}
        <a href="/api/v1/health">Health</a>
      </p>
    </Layout>
  );
}
