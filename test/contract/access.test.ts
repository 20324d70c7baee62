import { describe, expect, it } from "vitest";
import type { Role } from "#platform/ctx";
import type { ApiRoute } from "#platform/http/route";
import { defineRoute, signedIn } from "#platform/http/route";
import { API_SCOPES } from "../../src/modules/identity/rules.api-key.ts";
import { anApiKey, anOperator, aUser } from "../support/actors.ts";
import { anAccount } from "../support/accounts.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { aTwoFactorPerson, bearer, mfaTokenOf, row } from "../support/people.ts";
import { absent, admitted, callOf, exampleOf, expectProblem, lineOf, nameOf, sampled } from "./call.ts";

/** A route that hurts, so that raising is put to the test however many of the product's need it. */
const raisedRoute = defineRoute(
  { operation: "probeRaised", access: signedIn(null, { stepUp: true }), limit: "write" },
  {
    method: "delete",
    path: "/probe",
    tags: ["Probe"],
    summary: "A probe",
    responses: { 204: { description: "Done." } },
  },
  (c) => c.body(null, 204),
);

const app = testApp({ name: "probe", routes: [raisedRoute] });
const ROLES: readonly Role[] = ["user", "support", "admin"];

type Closed = Extract<ApiRoute["policy"]["access"], { kind: "signedIn" }>;

const closed = app.routes.flatMap((route) =>
  route.policy.access.kind === "signedIn" ? [{ name: nameOf(route), route, access: route.policy.access }] : [],
);
const select = (wanted: (access: Closed) => boolean) => closed.filter(({ access }) => wanted(access));
const paramsOf = (route: ApiRoute, value: string): Record<string, string> =>
  Object.fromEntries(Array.from(route.config.path.matchAll(/\{(\w+)\}/g), (match) => [match[1] ?? "", value]));

/** Credentials that were good once, or are half of what is asked for: made once, tried everywhere. */
let barred: Promise<readonly Readonly<Record<string, string>>[]> | undefined;

async function shutOut(): Promise<readonly Readonly<Record<string, string>>[]> {
  barred ??= (async () => {
    const shut = async (change: string): Promise<Readonly<Record<string, string>>> => {
      const account = await anAccount(app, { role: "admin", mfa: true });
      await row(`update identity_users set ${change} where id = ?`, account.user.id);
      return account.bearer;
    };
    const owner = await anAccount(app);
    const json = { name: "Key", scopes: API_SCOPES };
    const made = await app.call("POST /api/v1/api-keys", { headers: owner.bearer, json });
    await row("update identity_users set status = 'suspended' where id = ?", owner.user.id);
    const guarded = await aTwoFactorPerson(app);
    const half = await anAccount(app, { role: "admin" });
    await row("update identity_users set mfa_enabled = 1 where id = ?", half.user.id);
    return [
      await shut("status = 'suspended'"),
      await shut("status = 'deleting'"),
      await shut("status = 'deleted'"),
      bearer((await bodyOf<{ key: string }>(made)).key),
      bearer(await mfaTokenOf(app, guarded.email)),
      half.bearer,
    ];
  })();
  return await barred;
}

const addressed = sampled(app.routes.filter(({ config }) => config.path.includes("{")));

describe("a caller without credentials", () => {
  it.each(closed)("is answered 401 by $name", async ({ route }) => {
    const response = await app.call(lineOf(route));
    await expectProblem(response, 401, "unauthenticated");
    expect(response.headers.get("WWW-Authenticate")).toBe('Bearer realm="bourse"');
  });

  it.each(closed)("is not believed by $name for naming somebody in a header", async ({ route }) => {
    const headers = {
      "X-User-Id": aUser().userId,
      "X-Forwarded-User": "admin",
      Authorization: "Basic YWRtaW46YWRtaW4=",
    };
    await expectProblem(await app.call(lineOf(route), { headers }), 401);
  });
});

describe("an account that is not let in", () => {
  it.each(closed)("is answered 401 by $name: suspended, deleted, with one factor of two", async ({ route }) => {
    for (const headers of await shutOut()) {
      await expectProblem(await app.call(lineOf(route), { headers }), 401, "unauthenticated");
    }
  });
});

describe("an operators' route", () => {
  const operated = select(({ roles }) => roles !== undefined);

  it.each(operated)("is closed to every other role: $name", async ({ route, access }) => {
    for (const role of ROLES.filter((candidate) => access.roles?.includes(candidate) !== true)) {
      await expectProblem(await app.call(lineOf(route), { as: anOperator(role) }), 403, "forbidden");
    }
  });

  it.each(operated)("is closed to an operator with one factor: $name", async ({ route }) => {
    const actor = admitted(route);
    const as = { ...aUser(), ...actor, mfa: false };
    await expectProblem(await app.call(lineOf(route), { as }), 403, "mfa_required");
  });

  it.each(operated)("is closed to API keys, whatever their scopes: $name", async ({ route }) => {
    const as = anApiKey(["admin:read", "admin:write", "support:read", "support:write", "*"]);
    await expectProblem(await app.call(lineOf(route), { as }), 403, "forbidden");
  });
});

describe("an API key", () => {
  it.each(select(({ scope }) => scope !== null))("needs the very scope of $name", async ({ route, access }) => {
    const scope = access.scope ?? "";
    const near = [scope.toUpperCase(), `${scope} `, scope.slice(0, -1), scope.split(":")[0] ?? "", "*"];
    await expectProblem(await app.call(lineOf(route), { as: anApiKey(near) }), 403, "scope_missing");
    const admittedKey = await app.call(lineOf(route), { as: anApiKey([scope]) });
    expect((await admittedKey.text()).includes("scope_missing")).toBe(false);
  });

  it.each(select(({ scope, roles }) => scope === null && !roles))("is not let into $name", async ({ route }) => {
    await expectProblem(await app.call(lineOf(route), { as: anApiKey(["*"]) }), 403, "scope_missing");
  });
});

describe("a session that is not raised", () => {
  const raised = { name: "probeRaised", route: raisedRoute };

  it.each([raised, ...select(({ stepUp }) => stepUp === true)])("is refused by $name", async ({ route }) => {
    const as = aUser({ mfa: true, raisedUntil: Date.now() - 1 });
    await expectProblem(await app.call(lineOf(route), { as }), 403, "step_up_required");
  });

  it("is let in once it is raised", async () => {
    const as = aUser({ raisedUntil: Date.now() + 60_000 });
    expect((await app.call(lineOf(raisedRoute), { as })).status).toBe(204);
  });
});

describe("an address", () => {
  it.each(addressed)("of what is not there is answered 404 by $name", async ({ route }) => {
    const example = await exampleOf(app, route);
    if (example.creates === true) return;
    const line = lineOf(route, { ...example, params: absent(example.params ?? {}) });
    await expectProblem(await app.call(line, callOf(route, example)), 404);
  });

  it.each(addressed.filter(({ route: { policy } }) => policy.access.kind === "signedIn" && !policy.access.roles))(
    "of somebody else's is answered by $name as if it were not there",
    async ({ route }) => {
      const example = await exampleOf(app, route);
      if (example.shared === true) return;
      const stranger = { ...example, as: admitted(route) ?? aUser() };
      const foreign = await expectProblem(await app.call(lineOf(route, example), callOf(route, stranger)), 404);
      const line = lineOf(route, { ...example, params: absent(example.params ?? {}) });
      const missing = await expectProblem(await app.call(line, callOf(route, stranger)), 404);
      expect({ ...foreign, requestId: "" }).toEqual({ ...missing, requestId: "" });
    },
  );

  it.each(addressed)("that names nothing at all is no failure of ours: $name", async ({ route }) => {
    for (const value of [
      "undefined",
      "null",
      "NaN",
      "0",
      "-1",
      "%00",
      "..%2f..",
      "%F0%28",
      "'%20or%201=1--",
      "a".repeat(2_000),
    ]) {
      const params = paramsOf(route, value);
      const response = await app.call(
        lineOf(route, { params }),
        callOf(route, { status: 404, as: admitted(route) ?? aUser() }),
      );
      expect([400, 404, 415]).toContain(response.status);
      await expectProblem(response, response.status);
    }
  });
});
