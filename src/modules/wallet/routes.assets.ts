import { z } from "@hono/zod-openapi";
import { jsonAnswer, jsonBody, pageOf } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.assets.ts";

const tag = { tags: ["Administration"] as [string] };
const params = z.object({ asset: schemas.assetParam });

const listOffered = defineRoute(
  { operation: "listOfferedAssets", access: operators("support", "admin"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/admin/assets",
    summary: "Assets with their terms, and whether they come in and go out",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.offeredAsset).openapi("OfferedAssetPage")) },
  },
  async (c) => {
    const found = await service.listOfferedAssets(c.get("ctx"));
    return c.json({ data: found.map(schemas.presentOfferedAsset), nextCursor: null }, 200);
  },
);

const switchOne = defineRoute(
  { operation: "switchAsset", access: operators("admin"), limit: "write" },
  {
    ...tag,
    method: "patch",
    path: "/admin/assets/{asset}",
    summary: "Open or close an asset's deposits or withdrawals",
    description: "New ones alone: what is on its way goes on. Which assets there are is part of a release.",
    request: { params, body: jsonBody(schemas.switchAsset) },
    responses: {
      200: jsonAnswer("The asset.", schemas.offeredAsset),
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
    return c.json(schemas.presentOfferedAsset(await service.switchAsset(c.get("ctx"), input)), 200);
  },
);

export const assetRoutes = [listOffered, switchOne] as const;
