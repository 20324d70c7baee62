import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, pageOf, pageQuery, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";
import { verifyRazorpayPayment as verifyPayment } from "./service.razorpay.ts";
import { refundAsOperator } from "./service.operators.ts";

const params = z.object({ id: idParam("pay") });
const paymentAnswer = (description: string) => ({
  description,
  content: { "application/json": { schema: schemas.payment } },
});

const listPayments = defineRoute(
  { operation: "listPayments", access: signedIn("billing:read"), limit: "read" },
  {
    method: "get",
    path: "/payments",
    tags: ["Payments"],
    summary: "Your payments, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: {
        description: "A page of them.",
        content: { "application/json": { schema: pageOf(schemas.payment).openapi("PaymentPage") } },
      },
    },
  },
  async (c) => {
    const page = toPageRequest(c.req.valid("query"), (position) => isId("pay", position));
    const found = await service.listPayments(c.get("ctx"), page);
    return c.json({ ...found, data: found.data.map(schemas.presentPayment) }, 200);
  },
);

const getPayment = defineRoute(
  { operation: "getPayment", access: signedIn("billing:read"), limit: "read" },
  {
    method: "get",
    path: "/payments/{id}",
    tags: ["Payments"],
    summary: "One of your payments",
    request: { params },
    responses: { 200: paymentAnswer("The payment with its refunds.") },
  },
  async (c) => c.json(schemas.presentPayment(await service.getPayment(c.get("ctx"), c.req.valid("param").id)), 200),
);

const verifyRazorpayPayment = defineRoute(
  {
    operation: "verifyRazorpayPayment",
    access: signedIn("billing:write"),
    limit: "write",
    // The signature names order and payment, and a repeat comes to the same: a key would add nothing.
    idempotency: "none",
  },
  {
    method: "post",
    path: "/payments/razorpay/verify",
    tags: ["Payments"],
    summary: "Tell that Razorpay's dialogue has ended with a payment",
    request: {
      body: { required: true, content: { "application/json": { schema: schemas.verifyRazorpayPayment } } },
    },
    responses: {
      200: paymentAnswer("The payment, captured, or on the way to it."),
      400: { description: "The signature is not good." },
    },
  },
  async (c) => {
    const verified = await verifyPayment(c.get("ctx"), c.req.valid("json"));
    return c.json(schemas.presentPayment(verified), 200);
  },
);

const refundPayment = defineRoute(
  { operation: "refundPayment", access: operators("admin"), limit: "money", idempotency: "required" },
  {
    method: "post",
    path: "/admin/payments/{id}/refund",
    tags: ["Administration"],
    summary: "Refund a payment, whole or in part",
    request: {
      params,
      body: { required: true, content: { "application/json": { schema: schemas.refundPayment } } },
    },
    responses: {
      200: paymentAnswer("The payment. Its refund is on the way to the gateway."),
      409: { description: "It was not captured, is in dispute, or less than this is left of it." },
    },
  },
  async (c) => {
    const input = { paymentId: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(schemas.presentPayment(await refundAsOperator(c.get("ctx"), input)), 200);
  },
);

export const routes = [listPayments, getPayment, verifyRazorpayPayment, refundPayment] as const;
