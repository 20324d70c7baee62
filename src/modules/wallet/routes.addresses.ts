import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, pageOf, pageQuery, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.addresses.ts";

const tag = { tags: ["Wallets"] as [string] };
const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });
const isAddress = (position: string): boolean => isId("addr", position);

const createDepositAddress = defineRoute(
  { operation: "createDepositAddress", access: signedIn("wallet:write"), limit: "write" },
  {
    ...tag,
    method: "post",
    path: "/wallets/{asset}/deposit-address",
    summary: "Your address for deposits",
    description: "Yours alone; the same one again on a second call, and for every asset of the network.",
    request: {
      params: z.object({ asset: schemas.assetParam }),
      body: { required: true, content: json(schemas.createDepositAddress) },
    },
    responses: { 201: { description: "The address.", content: json(schemas.depositAddress) } },
  },
  async (c) => {
    const { asset } = c.req.valid("param");
    const { network } = c.req.valid("json");
    const address = await service.createDepositAddress(c.get("ctx"), { asset, network });
    return c.json({ asset, network, address }, 201);
  },
);

const listAddresses = defineRoute(
  { operation: "listWithdrawalAddresses", access: signedIn("wallet:read"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/withdrawal-addresses",
    summary: "Your address book, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: {
        description: "A page of addresses.",
        content: json(pageOf(schemas.withdrawalAddress).openapi("WithdrawalAddressPage")),
      },
    },
  },
  async (c) => {
    const page = await service.listAddresses(c.get("ctx"), toPageRequest(c.req.valid("query"), isAddress));
    return c.json({ ...page, data: page.data.map(schemas.presentAddress) }, 200);
  },
);

const createAddress = defineRoute(
  { operation: "createWithdrawalAddress", access: signedIn(null, { stepUp: true }), limit: "money" },
  {
    ...tag,
    method: "post",
    path: "/withdrawal-addresses",
    summary: "Add an address to your book",
    description: "Needs a raised session. The address is usable from `usableFrom` on, and you are told by mail.",
    request: { body: { required: true, content: json(schemas.createAddress) } },
    responses: {
      201: { description: "The address.", content: json(schemas.withdrawalAddress) },
      409: { description: "It is in the book already." },
    },
  },
  async (c) => c.json(schemas.presentAddress(await service.createAddress(c.get("ctx"), c.req.valid("json"))), 201),
);

const deleteAddress = defineRoute(
  { operation: "deleteWithdrawalAddress", access: signedIn("wallet:write"), limit: "write" },
  {
    ...tag,
    method: "delete",
    path: "/withdrawal-addresses/{id}",
    summary: "Take an address out of your book",
    request: { params: z.object({ id: idParam("addr") }) },
    responses: { 204: { description: "It is gone." } },
  },
  async (c) => {
    await service.deleteAddress(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

export const addressRoutes = [createDepositAddress, listAddresses, createAddress, deleteAddress] as const;
