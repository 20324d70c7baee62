import { anOperator } from "../../support/actors.ts";
import { bodyOf } from "../../support/app.ts";
import type { Samples } from "./sample.ts";

const json = { title: "Payouts are late", impact: "minor", message: "The bank takes no files." };

export const status: Samples = {
  getStatus: () => ({ status: 200 }),
  subscribeToStatus: () => ({ json: { email: `${crypto.randomUUID()}@mail.example` }, status: 202 }),
  listIncidents: () => ({ query: "limit=1", status: 200 }),
  createIncident: () => ({ json, status: 201 }),
  updateIncident: async (app) => {
    const { id } = await bodyOf<{ id: string }>(
      await app.call("POST /api/v1/admin/incidents", { as: anOperator(), json }),
    );
    return { params: { id }, json: { state: "resolved", message: "It takes them again." }, status: 201 };
  },
};
