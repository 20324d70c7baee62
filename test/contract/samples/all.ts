import { academy } from "./academy.ts";
import { admin } from "./admin.ts";
import { audit } from "./audit.ts";
import { backups } from "./backups.ts";
import { billing } from "./billing.ts";
import { affiliate } from "./affiliate.ts";
import { assistant } from "./assistant.ts";
import { budget } from "./budget.ts";
import { identity } from "./identity.ts";
import { invoicing } from "./invoicing.ts";
import { ledger } from "./ledger.ts";
import { legal } from "./legal.ts";
import { market } from "./market.ts";
import { messaging } from "./messaging.ts";
import { p2p } from "./p2p.ts";
import { payments } from "./payments.ts";
import { payouts } from "./payouts.ts";
import { readiness } from "./readiness.ts";
import { revenue } from "./revenue.ts";
import type { Samples } from "./sample.ts";
import { scanner } from "./scanner.ts";
import { status } from "./status.ts";
import { support } from "./support.ts";
import { swap } from "./swap.ts";
import { system } from "./system.ts";
import { trades } from "./trades.ts";
import { verification } from "./verification.ts";
import { wallet } from "./wallet.ts";
import { webhooks } from "./webhooks.ts";

/** A call that goes well for every route of the API; a module adds a file of its own and names it here. */
export const samples: Samples = {
  ...system,
  ...audit,
  ...ledger,
  ...market,
  ...scanner,
  ...messaging,
  ...webhooks,
  ...identity,
  ...invoicing,
  ...billing,
  ...revenue,
  ...verification,
  ...wallet,
  ...trades,
  ...p2p,
  ...swap,
  ...payments,
  ...assistant,
  ...academy,
  ...affiliate,
  ...payouts,
  ...budget,
  ...support,
  ...status,
  ...legal,
  ...backups,
  ...readiness,
  ...admin,
};
