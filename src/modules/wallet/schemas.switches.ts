import { z } from "@hono/zod-openapi";
import { textField } from "#platform/http/fields";
import type { AssetSwitch } from "./repository.switches.ts";
import { assetCode } from "./schemas.ts";

export const assetSwitch = z
  .object({
    asset: assetCode,
    deposits: z.boolean().openapi({ description: "Whether new addresses are given out." }),
    withdrawals: z.boolean().openapi({ description: "Whether new withdrawals are taken." }),
    reason: z.string().nullable(),
  })
  .openapi("AssetSwitch");

export const switchAsset = z
  .strictObject({
    deposits: z.boolean().optional(),
    withdrawals: z.boolean().optional(),
    reason: textField(500).openapi({ example: "The network is halted." }),
  })
  .openapi("SwitchAsset");

export function presentSwitch({ asset, deposits, withdrawals, reason }: AssetSwitch): z.infer<typeof assetSwitch> {
  return { asset, deposits: deposits === 1, withdrawals: withdrawals === 1, reason };
}
