import { anAccount } from "../../support/accounts.ts";
import { aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { aPdf } from "../../support/documents.ts";
import type { Samples } from "./sample.ts";

async function aDocument(app: TestApp): Promise<{ id: string }> {
  const headers = { "Content-Type": "application/pdf" };
  const line = "POST /api/v1/me/verification/documents?kind=passport";
  const response = await app.call(line, { as: aUser(), headers, body: aPdf() });
  return { id: (await bodyOf<{ id: string }>(response)).id };
}

export const verification: Samples = {
  getVerification: () => ({ status: 200 }),
  createVerificationDocument: () => ({
    query: "kind=passport",
    body: aPdf(),
    contentType: "application/pdf",
    status: 201,
  }),
  viewVerification: async (app) => ({
    params: { id: (await anAccount(app)).user.id },
    status: 200,
  }),
  setUserTier: async (app) => ({
    params: { id: (await anAccount(app)).user.id },
    json: { tier: 1, reason: "Passport seen, name agrees." },
    status: 200,
  }),
  listWaitingDocuments: async (app) => {
    await aDocument(app);
    return { query: "limit=1", status: 200 };
  },
  viewVerificationDocument: async (app) => ({ params: await aDocument(app), status: 200 }),
};
