import { z } from "@hono/zod-openapi";
import { jsonAnswer, jsonBody, pageOf } from "#platform/http/fields";
import { http } from "#platform/http/problems";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.assets.ts";
import { assetParam } from "./schemas.ts";
import * as service from "./service.terms.ts";
import { walletAsset } from "./service.wallets.ts";
import { faultOf } from "./terms.ts";

const tag = { tags: ["Administration"] as [string] };

const list = defineRoute(
  { operation: "listAllAssets", access: operators("support", "admin"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/admin/assets",
    summary: "Assets with their limits by tier, fees and thresholds",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.adminAsset).openapi("AdminAssetPage")) },
  },
  async (c) => {
    const assets = await service.listAssets(c.get("ctx"));
    return c.json({ data: assets.map(schemas.presentAdminAsset), nextCursor: null }, 200);
  },
);

const put = defineRoute(
  { operation: "putAsset", access: operators("admin"), limit: "money" },
  {
    ...tag,
    method: "put",
    path: "/admin/assets/{asset}",
    summary: "Change an asset's limits, fees and thresholds",
    description: "They count for whatever is asked for from now on.",
    request: { params: z.object({ asset: assetParam }), body: jsonBody(schemas.putAsset) },
    responses: { 200: jsonAnswer("The asset.", schemas.adminAsset) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const asset = walletAsset(ctx, c.req.valid("param").asset);
    const terms = schemas.readTerms(asset, c.req.valid("json"));
    const unknown = terms.networks.findIndex(({ network }) => !asset.networks.some((own) => own.network === network));
    if (unknown >= 0) throw unfit({ path: `networks.${unknown}.network`, message: "The asset does not move there." });
    const fault = faultOf(terms);
    if (fault) throw unfit(fault);
    return c.json(schemas.presentAdminAsset(await service.updateAssetTerms(ctx, asset.asset, terms)), 200);
  },
);

function unfit({ path, message }: { readonly path: string; readonly message: string }): Error {
  const code = "terms_invalid";
  return http.validationFailed({ detail: `${path}: ${message}`, code, errors: [{ path, code, message }] });
}

export const assetRoutes = [list, put] as const;
