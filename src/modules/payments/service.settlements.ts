import { gatewayFeeKept, settlementReceived, settlementReturned } from "#modules/ledger";
import type { Gateway, SettledPart, Settlement } from "#modules/gateways";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { NOTHING } from "./effects.ts";
import * as comparison from "./repository.comparison.ts";
import { listOfKinds, resolveDifference } from "./repository.differences.ts";
import { explained, keptIn } from "./rules.settlements.ts";
import { noteDifference } from "./service.differences.ts";
import { settle } from "./service.settling.ts";

/** Compares what the vendor has paid out to our bank with the books, to the line where the vendor names them. */
export async function compareSettlements(
  ctx: Ctx,
  gateway: Gateway,
  settlements: readonly Settlement[],
): Promise<void> {
  for (const settlement of settlements) await compareSettlement(ctx, gateway, settlement);
  for (const { id, subject } of await listOfKinds(ctx, gateway.name, ["settlement_differs"])) {
    const settlement = settlements.find((listed) => listed.id === subject);
    const parts = settlement ? await gateway.listSettled(ctx, settlement) : null;
    if (settlement && parts && (await missing(ctx, gateway, { settlement, parts })) === 0)
      await commit(ctx, resolveDifference(ctx, id));
  }
}

/** Books what the vendor has paid out to our bank, and what came back from there. */
async function compareSettlement(ctx: Ctx, gateway: Gateway, settlement: Settlement): Promise<void> {
  const { id: vendorId, amount, asset, state } = settlement;
  const known = await comparison.findSettlement(ctx, gateway.name, vendorId);
  if (!known && state === "paid" && amount > 0) await receive(ctx, gateway, settlement);
  if (known?.state === "paid" && state === "failed") {
    const statements = comparison.returnSettlement(ctx, known.id);
    const transfers = settlementReturned({ gateway: gateway.name, asset, amount, reference: known.id });
    const effects = { ...NOTHING, statements, transfers };
    await settle(ctx, gateway, { subject: vendorId, work: async () => await Promise.resolve(effects) });
  }
}

async function receive(ctx: Ctx, gateway: Gateway, settlement: Settlement): Promise<void> {
  const { id: vendorId, amount, asset } = settlement;
  const { name } = gateway;
  const parts = await gateway.listSettled(ctx, settlement);
  const id = ctx.newId("setl");
  const kept = keptIn(parts ?? []);
  const rest = parts === null ? 0 : await missing(ctx, gateway, { settlement, parts });
  const found = { kind: "settlement_differs", subject: vendorId, amount: rest, asset } as const;
  const booked = { gateway: name, asset, reference: id };
  const effects = {
    ...NOTHING,
    statements: [
      comparison.insertSettlement(ctx, name, { id, vendorId, amount, asset, kept }),
      ...(rest === 0 ? [] : [noteDifference(ctx, name, found)]),
    ],
    transfers: [...settlementReceived({ ...booked, amount }), ...gatewayFeeKept({ ...booked, amount: kept })],
  };
  await settle(ctx, gateway, { subject: vendorId, work: async () => await Promise.resolve(effects) });
}

interface Made {
  readonly settlement: Settlement;
  readonly parts: readonly SettledPart[];
}

/** What of a settlement our own rows do not explain. */
async function missing(ctx: Ctx, { name }: Gateway, { settlement, parts }: Made): Promise<number> {
  const ids = parts.map(({ objectId }) => objectId);
  const [payments, refunds, disputes] = await Promise.all([
    comparison.paymentsByVendor(ctx, name, ids),
    comparison.refundsByVendor(ctx, name, ids),
    comparison.disputesByVendor(ctx, name, ids),
  ]);
  return settlement.amount - explained(parts, { payments, refunds, disputes });
}
