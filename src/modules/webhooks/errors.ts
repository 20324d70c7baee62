import { defineProblems } from "#kernel/problem";

export const problems = defineProblems("webhooks", {
  webhookNotFound: { status: 404, title: "There is no such webhook." },
  deliveryNotFound: { status: 404, title: "There is no such delivery." },
  webhookDisabled: { status: 409, title: "The webhook is switched off." },
  urlForbidden: { status: 422, title: "Nothing is sent to this address." },
  planRequired: { status: 402, title: "Your plan does not include this." },
});
