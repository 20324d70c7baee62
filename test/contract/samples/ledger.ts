import type { Samples } from "./sample.ts";

export const ledger: Samples = { auditLedger: () => ({ status: 200 }) };
