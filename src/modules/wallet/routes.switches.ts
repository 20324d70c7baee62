import { z } from "@hono/zod-openapi";
import { jsonAnswer, jsonBody, pageOf } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import { assetParam } from "./schemas.ts";
import * as schemas from "./schemas.switches.ts";
import * as service from "./service.switches.ts";

const tag = { tags: ["Administration"] as [string] };
const params = z.object({ asset: assetParam });

const listSwitches = defineRoute(
  { operation: "listAssetSwitches", access: operators("support", "admin"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/admin/asset-switches",
    summary: "Whether assets come in and go out for now",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.assetSwitch).openapi("AssetSwitchPage")) },
  },
  async (c) => {
    const found = await service.listSwitches(c.get("ctx"));
    return c.json({ data: found.map(schemas.presentSwitch), nextCursor: null }, 200);
  },
);

const switchOne = defineRoute(
  { operation: "switchAsset", access: operators("admin"), limit: "write" },
  {
    ...tag,
    method: "patch",
    path: "/admin/asset-switches/{asset}",
    summary: "Open or close an asset's deposits or withdrawals",
    description: "New ones alone: what is on its way goes on.",
    request: { params, body: jsonBody(schemas.switchAsset) },
    responses: {
      200: jsonAnswer("The asset.", schemas.assetSwitch),
      404: { description: "There are no wallets in this asset." },
    },
  },
  async (c) => {
    const { deposits, withdrawals, reason } = c.req.valid("json");
    const input = {
      asset: c.req.valid("param").asset,
      deposits: deposits ?? null,
      withdrawals: withdrawals ?? null,
      reason,
    };
    return c.json(schemas.presentSwitch(await service.switchAsset(c.get("ctx"), input)), 200);
  },
);

export const switchRoutes = [listSwitches, switchOne] as const;
