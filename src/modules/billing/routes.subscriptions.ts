import { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import { jsonAnswer, jsonBody } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.subscriptions.ts";
import { createCheckout as openCheckout } from "./service.checkout.ts";
import * as methods from "./service.methods.ts";
import * as service from "./service.subscriptions.ts";
import { levelFor } from "./service.terms.ts";

const tags: [string] = ["Billing"];
const read = { access: signedIn("billing:read"), limit: "read" } as const;
const money = { access: signedIn("billing:write"), limit: "money" } as const;
const moved = {
  200: jsonAnswer("The subscription as it is now.", schemas.subscription),
  404: { description: "There is no subscription." },
  409: {
    description:
      "The subscription's state does not allow it, another change is under way, or the payment was declined.",
  },
};
const methodParams = z.object({ id: schemas.methodId });

const createCheckout = defineRoute(
  { operation: "createBillingCheckout", ...money, idempotency: "required" },
  {
    method: "post",
    path: "/billing/checkout",
    tags,
    summary: "Subscribe to a plan",
    description: "Two calls for the same plan lead to the same page, as long as it is open.",
    request: { body: jsonBody(schemas.createCheckout) },
    responses: {
      201: jsonAnswer("Where to go on.", schemas.checkout),
      409: { description: "There is a subscription already, the trial was used, or a checkout is just being opened." },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { plan, provider, ...rest } = c.req.valid("json");
    return c.json(
      await openCheckout(ctx, { ...rest, ...given({ gateway: provider }), level: await levelFor(ctx, plan) }),
      201,
    );
  },
);

const getSubscription = defineRoute(
  { operation: "getSubscription", ...read },
  {
    method: "get",
    path: "/billing/subscription",
    tags,
    summary: "Your subscription, or the last one that you had",
    responses: {
      200: jsonAnswer("The subscription.", schemas.subscription),
      404: { description: "There never was one." },
    },
  },
  async (c) => c.json(schemas.presentSubscription(await service.getSubscription(c.get("ctx"))), 200),
);

const previewChange = defineRoute(
  { operation: "previewSubscriptionChange", ...money, idempotency: "none" },
  {
    method: "post",
    path: "/billing/subscription/preview",
    tags,
    summary: "What a change of plan would cost now",
    description: "A smaller plan begins when the period is over, so it costs nothing now.",
    request: { body: jsonBody(schemas.changeSubscription) },
    responses: {
      200: jsonAnswer("The lines add up to what is due.", schemas.preview),
      404: { description: "There is no subscription." },
      409: { description: "The subscription's state does not allow it." },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { plan, interval } = c.req.valid("json");
    const preview = await service.previewChange(ctx, { level: await levelFor(ctx, plan), interval });
    return c.json(schemas.presentPreview(preview), 200);
  },
);

const changeSubscription = defineRoute(
  { operation: "changeSubscription", ...money, idempotency: "required" },
  {
    method: "post",
    path: "/billing/subscription/change",
    tags,
    summary: "Change to another plan or interval",
    description:
      "A larger plan begins at once and its difference is collected; should that be declined, everything stays as it was. A smaller one begins when the period is over; the free plan ends the subscription then.",
    request: { body: jsonBody(schemas.changeSubscription) },
    responses: moved,
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { plan, interval } = c.req.valid("json");
    const row = await service.changeSubscription(ctx, { level: await levelFor(ctx, plan), interval });
    return c.json(schemas.presentSubscription(row), 200);
  },
);

const cancelSubscription = defineRoute(
  { operation: "cancelSubscription", ...money },
  {
    method: "post",
    path: "/billing/subscription/cancel",
    tags,
    summary: "Cancel, at once or when the period is over",
    request: { body: jsonBody(schemas.cancelSubscription) },
    responses: moved,
  },
  async (c) =>
    c.json(schemas.presentSubscription(await service.cancelSubscription(c.get("ctx"), c.req.valid("json"))), 200),
);

const resumeSubscription = defineRoute(
  { operation: "resumeSubscription", ...money },
  {
    method: "post",
    path: "/billing/subscription/resume",
    tags,
    summary: "Take back a cancellation or a change that is still to come, or wake a paused subscription",
    responses: moved,
  },
  async (c) => c.json(schemas.presentSubscription(await service.resumeSubscription(c.get("ctx"), null)), 200),
);

const listPaymentMethods = defineRoute(
  { operation: "listPaymentMethods", ...read },
  {
    method: "get",
    path: "/billing/payment-methods",
    tags,
    summary: "Your payment methods, as the gateway keeps them",
    responses: { 200: jsonAnswer("All of them.", schemas.paymentMethods) },
  },
  async (c) => c.json(schemas.presentMethods(await methods.listPaymentMethods(c.get("ctx"))), 200),
);

const addPaymentMethod = defineRoute(
  { operation: "addPaymentMethod", ...money },
  {
    method: "post",
    path: "/billing/payment-methods",
    tags,
    summary: "Leave another payment method at the gateway",
    request: { body: jsonBody(schemas.addPaymentMethod) },
    responses: { 201: jsonAnswer("Where to go on.", schemas.checkout) },
  },
  async (c) => c.json(await methods.addPaymentMethod(c.get("ctx"), c.req.valid("json")), 201),
);

const deletePaymentMethod = defineRoute(
  { operation: "deletePaymentMethod", ...money },
  {
    method: "delete",
    path: "/billing/payment-methods/{id}",
    tags,
    summary: "Take a payment method away",
    request: { params: methodParams },
    responses: { 204: { description: "It is gone." } },
  },
  async (c) => {
    await methods.removePaymentMethod(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const setDefaultPaymentMethod = defineRoute(
  { operation: "setDefaultPaymentMethod", ...money },
  {
    method: "post",
    path: "/billing/payment-methods/{id}/default",
    tags,
    summary: "Pay with this one from now on",
    request: { params: methodParams },
    responses: { 200: jsonAnswer("All of them.", schemas.paymentMethods) },
  },
  async (c) =>
    c.json(schemas.presentMethods(await methods.setDefaultPaymentMethod(c.get("ctx"), c.req.valid("param").id)), 200),
);

const openPortal = defineRoute(
  { operation: "openBillingPortal", ...money },
  {
    method: "post",
    path: "/billing/portal",
    tags,
    summary: "A link to the gateway's own pages for you",
    responses: {
      201: jsonAnswer("The link.", schemas.portal),
      404: { description: "The gateway does not know you yet." },
    },
  },
  async (c) => c.json({ url: (await methods.openPortal(c.get("ctx"), null)).url }, 201),
);

export const subscriptionRoutes = [
  createCheckout,
  getSubscription,
  previewChange,
  changeSubscription,
  cancelSubscription,
  resumeSubscription,
  listPaymentMethods,
  addPaymentMethod,
  deletePaymentMethod,
  setDefaultPaymentMethod,
  openPortal,
] as const;
