import type { Id, IdPrefix } from "#kernel/ids";
import { makeId } from "#kernel/ids";
import type { Actor, Role } from "#platform/ctx";
import type { Module } from "#platform/module";

type User = Extract<Actor, { kind: "user" }>;
type ApiKey = Extract<Actor, { kind: "apiKey" }>;

export function freshId<P extends IdPrefix>(prefix: P): Id<P> {
  return makeId(prefix, Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}

/** Somebody new, whom no other test knows. */
export function aUser(overrides: Partial<User> = {}): User {
  return {
    kind: "user",
    userId: freshId("user"),
    sessionId: freshId("sess"),
    role: "user",
    plan: "free",
    mfa: false,
    raisedUntil: 0,
    ...overrides,
  };
}

export function anOperator(role: Role = "admin"): User {
  return aUser({ role, mfa: true, raisedUntil: Date.now() + 300_000 });
}

export function anApiKey(scopes: readonly string[], overrides: Partial<ApiKey> = {}): ApiKey {
  return { kind: "apiKey", userId: freshId("user"), keyId: freshId("key"), plan: "free", scopes, ...overrides };
}

const HEADER = "X-Test-Actor";

/** Carries an actor into a request that the app under test will believe, since it is put together with `actors`. */
export function as(actor: Actor): Record<string, string> {
  return { [HEADER]: JSON.stringify(actor) };
}

/** The module that makes an app under test believe `as`. The product is never put together with it. */
export const actors: Module = {
  name: "test-actors",
  authenticate: (request) => {
    const header = request.headers.get(HEADER);
    return Promise.resolve(header === null ? null : (JSON.parse(header) as Actor));
  },
};
