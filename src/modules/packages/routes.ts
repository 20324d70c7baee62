import { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import { jsonAnswer, jsonBody, pageOf } from "#platform/http/fields";
import { anyone, defineRoute, operators, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import { purchasePackage as purchase } from "./service.purchases.ts";
import * as service from "./service.ts";

const params = z.object({ slug: schemas.slugParam });
const tag = { tags: ["Packages"] as [string] };
const administration = { tags: ["Administration"] as [string] };

const listPackages = defineRoute(
  { operation: "listPackages", access: anyone, limit: "public", catalogueSeconds: 60 },
  {
    ...tag,
    method: "get",
    path: "/packages",
    summary: "The packages, the smallest first",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.packageAnswer).openapi("PackagePage")) },
  },
  async (c) =>
    c.json({ data: (await service.listPackages(c.get("ctx"))).map(schemas.presentPackage), nextCursor: null }, 200),
);

const getPackage = defineRoute(
  { operation: "getPackage", access: anyone, limit: "public", catalogueSeconds: 60 },
  {
    ...tag,
    method: "get",
    path: "/packages/{slug}",
    summary: "One package",
    request: { params },
    responses: { 200: jsonAnswer("The package.", schemas.packageAnswer) },
  },
  async (c) => c.json(schemas.presentPackage(await service.getPackage(c.get("ctx"), c.req.valid("param").slug)), 200),
);

const purchasePackage = defineRoute(
  {
    operation: "purchasePackage",
    access: signedIn("academy:write"),
    limit: "money",
    idempotency: "required",
  },
  {
    ...tag,
    method: "post",
    path: "/packages/{slug}/purchase",
    summary: "Buy a package",
    description:
      "Opens a checkout. Whoever has a smaller package pays the difference. The package opens when the payment is captured, and closes when it is refunded in full.",
    request: { params, body: jsonBody(schemas.purchasePackage) },
    responses: {
      201: jsonAnswer("Where to pay; with Razorpay, the order to open its dialogue with.", schemas.checkout),
      409: { description: "`package_owned`: you have it, or one that holds it." },
    },
  },
  async (c) => {
    const { provider, asset } = c.req.valid("json");
    const input = { slug: c.req.valid("param").slug, provider, ...given({ asset }) };
    return c.json(schemas.presentCheckout(await purchase(c.get("ctx"), input)), 201);
  },
);

const listMyPackages = defineRoute(
  { operation: "listMyPackages", access: signedIn("academy:read"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/me/packages",
    summary: "What you have bought, the newest first",
    responses: { 200: jsonAnswer("All of it.", pageOf(schemas.purchase).openapi("PackagePurchasePage")) },
  },
  async (c) =>
    c.json({ data: (await service.listPurchases(c.get("ctx"))).map(schemas.presentPurchase), nextCursor: null }, 200),
);

const listAllPackages = defineRoute(
  { operation: "listAllPackages", access: operators("support", "admin"), limit: "read" },
  {
    ...administration,
    method: "get",
    path: "/admin/packages",
    summary: "All packages, those that are not offered too",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.adminPackage).openapi("AdminPackagePage")) },
  },
  async (c) => {
    const data = (await service.listAllPackages(c.get("ctx"))).map(schemas.presentAdminPackage);
    return c.json({ data, nextCursor: null }, 200);
  },
);

const createPackage = defineRoute(
  { operation: "createPackage", access: operators("admin"), limit: "write" },
  {
    ...administration,
    method: "post",
    path: "/admin/packages",
    summary: "Add a package",
    request: { body: jsonBody(schemas.createPackage) },
    responses: {
      201: jsonAnswer("The package.", schemas.adminPackage),
      409: { description: "Its slug or its rank is taken." },
    },
  },
  async (c) => c.json(schemas.presentAdminPackage(await service.createPackage(c.get("ctx"), c.req.valid("json"))), 201),
);

const updatePackage = defineRoute(
  { operation: "updatePackage", access: operators("admin"), limit: "write" },
  {
    ...administration,
    method: "patch",
    path: "/admin/packages/{slug}",
    summary: "Change a package for whoever buys it from now on",
    request: { params, body: jsonBody(schemas.updatePackage) },
    responses: {
      200: jsonAnswer("The package.", schemas.adminPackage),
      409: { description: "Its rank is taken, or somebody else changed it at the same time." },
    },
  },
  async (c) => {
    const change = given(c.req.valid("json"));
    const row = await service.updatePackage(c.get("ctx"), { slug: c.req.valid("param").slug, ...change });
    return c.json(schemas.presentAdminPackage(row), 200);
  },
);

const listPackageVersions = defineRoute(
  { operation: "listPackageVersions", access: operators("support", "admin"), limit: "read" },
  {
    ...administration,
    method: "get",
    path: "/admin/packages/{slug}/versions",
    summary: "Every version that a package has had, newest first",
    request: { params },
    responses: { 200: jsonAnswer("The last 200.", pageOf(schemas.packageVersion).openapi("PackageVersionPage")) },
  },
  async (c) => {
    const rows = await service.listVersions(c.get("ctx"), c.req.valid("param").slug);
    return c.json({ data: rows.map(schemas.presentVersion), nextCursor: null }, 200);
  },
);

export const routes = [
  listPackages,
  getPackage,
  purchasePackage,
  listMyPackages,
  listAllPackages,
  createPackage,
  updatePackage,
  listPackageVersions,
] as const;
