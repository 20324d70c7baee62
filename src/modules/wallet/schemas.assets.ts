import { z } from "@hono/zod-openapi";
import { writeAmount } from "#modules/ledger";
import { amountText, readAmount } from "#platform/http/money";
import { amount, asset, networkName, presentAsset } from "./schemas.ts";
import type { ChangedTerms, NetworkTerms, TierLimit, WalletAsset } from "./terms.ts";

const limitShown = z.object({ perDay: amount, per30Days: amount });

export const adminAsset = asset
  .extend({
    limits: z.object({ tier0: limitShown, tier1: limitShown, tier2: limitShown }).openapi({
      description: "What may leave by verification tier: 0 unverified, 1 identity shown, 2 identity and address shown.",
    }),
    operatorFrom: amount.openapi({ description: "From here on an operator looks at a withdrawal." }),
    fourEyesFrom: amount.openapi({ description: "From here on two do." }),
  })
  .openapi("AdminAsset");

const limit = z.strictObject({ perDay: amountText, per30Days: amountText });

export const putAsset = z
  .strictObject({
    limits: z.strictObject({ tier0: limit, tier1: limit, tier2: limit }),
    operatorFrom: amountText,
    fourEyesFrom: amountText,
    networks: z
      .array(
        z.strictObject({
          network: networkName,
          minDeposit: amountText,
          minWithdrawal: amountText,
          withdrawalFee: amountText.openapi({ description: "May be zero." }),
        }),
      )
      .max(10)
      .openapi({ description: "Those that are left out keep the product's own." }),
  })
  .openapi("PutAsset");

export function presentAdminAsset(row: WalletAsset): z.infer<typeof adminAsset> {
  const say = (minor: number): string => writeAmount(minor, row.asset);
  const [tier0, tier1, tier2] = row.limits;
  const limitOf = ({ perDay, per30Days }: TierLimit) => ({ perDay: say(perDay), per30Days: say(per30Days) });
  return {
    ...presentAsset(row),
    limits: { tier0: limitOf(tier0), tier1: limitOf(tier1), tier2: limitOf(tier2) },
    operatorFrom: say(row.operatorFrom),
    fourEyesFrom: say(row.fourEyesFrom),
  };
}

/** What was asked for, in minor units of its asset. */
export function readTerms({ ledger }: WalletAsset, body: z.infer<typeof putAsset>): ChangedTerms {
  const read = (text: string, path: string, zero = false): number => readAmount(text, ledger, { path, zero });
  const limitAt = (tier: "tier0" | "tier1" | "tier2"): TierLimit => ({
    perDay: read(body.limits[tier].perDay, `limits.${tier}.perDay`, true),
    per30Days: read(body.limits[tier].per30Days, `limits.${tier}.per30Days`, true),
  });
  return {
    limits: [limitAt("tier0"), limitAt("tier1"), limitAt("tier2")],
    operatorFrom: read(body.operatorFrom, "operatorFrom"),
    fourEyesFrom: read(body.fourEyesFrom, "fourEyesFrom"),
    networks: body.networks.map(({ network, minDeposit, minWithdrawal, withdrawalFee }, index) => ({
      network: network as NetworkTerms["network"],
      minDeposit: read(minDeposit, `networks.${index}.minDeposit`),
      minWithdrawal: read(minWithdrawal, `networks.${index}.minWithdrawal`),
      withdrawalFee: read(withdrawalFee, `networks.${index}.withdrawalFee`, true),
    })),
  };
}
