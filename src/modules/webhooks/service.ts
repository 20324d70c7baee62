import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { actingAccount, customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Endpoint } from "./repository.ts";
import * as repository from "./repository.ts";
import { endpointLimit, OVERLAP_MS } from "./rules.ts";
import type { TargetRefusal } from "./rules.targets.ts";
import { refuseTarget } from "./rules.targets.ts";
import { makeSecret } from "./signature.ts";

/** An endpoint with its secret in the clear, which is shown once. */
export interface NewEndpoint {
  readonly endpoint: Endpoint;
  readonly secret: string;
}

export async function listEndpoints(ctx: Ctx, page: PageRequest): Promise<Page<Endpoint>> {
  return toPage(await repository.listEndpoints(ctx, customerOf(ctx), page), page, ({ id }) => id);
}

export async function getEndpoint(ctx: Ctx, id: string): Promise<Endpoint> {
  const endpoint = await repository.findEndpoint(ctx, id);
  if (endpoint?.userId !== customerOf(ctx)) throw problems.webhookNotFound();
  return endpoint;
}

export interface CreateEndpoint {
  readonly url: string;
  readonly description: string;
}

export const createEndpoint = once(async (ctx: Ctx, input: CreateEndpoint): Promise<NewEndpoint> => {
  const { userId, plan } = actingAccount(ctx);
  checkUrl(ctx, input.url);
  const id = ctx.newId("webhook");
  const secret = makeSecret();
  const now = ctx.now();
  const endpoint: Endpoint = {
    id,
    userId,
    ...input,
    secret: await ctx.cipher.encrypt(secret, repository.secretPlace(id)),
    previousSecret: null,
    previousUntil: null,
    state: "enabled",
    disabledBy: null,
    failingSince: null,
    createdAt: now,
    updatedAt: now,
  };
  const limit = endpointLimit(plan);
  await commit(ctx, repository.insertEndpoint(ctx, endpoint, limit), {
    audit: { action: "webhook.created", target: id, after: { host: new URL(input.url).hostname } },
    result: { endpoint, secret },
    refusals: {
      [repository.FULL]: () =>
        problems.planRequired({ detail: `Your plan has ${limit}; delete one or choose a larger plan.` }),
    },
  });
  return { endpoint, secret };
});

export interface UpdateEndpoint {
  readonly id: Id<"webhook">;
  readonly url?: string | undefined;
  readonly description?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/** Changes an endpoint. Switching it on again forgets that it failed. */
export async function updateEndpoint(ctx: Ctx, { id, enabled, ...input }: UpdateEndpoint): Promise<Endpoint> {
  const before = await getEndpoint(ctx, id);
  if (input.url !== undefined) checkUrl(ctx, input.url);
  const change = {
    url: input.url ?? before.url,
    description: input.description ?? before.description,
    ...(enabled === true ? { state: "enabled" as const, disabledBy: null, failingSince: null } : {}),
    ...(enabled === false ? { state: "disabled" as const, disabledBy: "owner" as const } : {}),
  };
  const endpoint: Endpoint = { ...before, ...change, updatedAt: ctx.now() };
  await commit(ctx, [repository.updateEndpoint(ctx, id, change)], {
    audit: {
      action: "webhook.updated",
      target: id,
      before: { host: new URL(before.url).hostname, state: before.state },
      after: { host: new URL(endpoint.url).hostname, state: endpoint.state },
    },
    result: endpoint,
  });
  return endpoint;
}

/** Makes a new secret. The one before signs beside it for a day, so that a receiver can change over in peace. */
export const rotateSecret = once(async (ctx: Ctx, id: Id<"webhook">): Promise<NewEndpoint> => {
  const before = await getEndpoint(ctx, id);
  const secret = makeSecret();
  const change = {
    secret: await ctx.cipher.encrypt(secret, repository.secretPlace(id)),
    previousSecret: before.secret,
    previousUntil: ctx.now() + OVERLAP_MS,
  };
  const endpoint: Endpoint = { ...before, ...change, updatedAt: ctx.now() };
  await commit(ctx, [repository.updateEndpoint(ctx, id, change)], {
    audit: { action: "webhook.rotated", target: id },
    result: { endpoint, secret },
  });
  return { endpoint, secret };
});

export async function deleteEndpoint(ctx: Ctx, id: Id<"webhook">): Promise<void> {
  await getEndpoint(ctx, id);
  await commit(ctx, repository.deleteEndpoint(ctx, id), { audit: { action: "webhook.deleted", target: id } });
}

const REASONS: Readonly<Record<TargetRefusal, string>> = {
  url_invalid: "This is not an address.",
  url_not_https: "Webhooks go over https.",
  url_port: "Webhooks go to port 443; leave the port out.",
  url_credentials: "An address must not hold a name or a password; the signature tells you who calls.",
  url_address: "Give a name, not a number.",
  url_private: "This name does not lead to the public internet.",
  url_own: "This is Bourse itself.",
};

function checkUrl(ctx: Ctx, url: string): void {
  const refusal = refuseTarget(url, targetPolicy(ctx));
  if (refusal === null) return;
  const message = REASONS[refusal];
  throw problems.urlForbidden({ detail: message, code: refusal, errors: [{ path: "url", code: refusal, message }] });
}

export function targetPolicy(ctx: Ctx): { readonly development: boolean; readonly ownHost: string } {
  return { development: ctx.config.development, ownHost: new URL(ctx.config.publicOrigin).hostname };
}
