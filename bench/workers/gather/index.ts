import { DurableObject } from "cloudflare:workers";

export * from "../../../src/index.ts";

type Answer = (refused: readonly unknown[]) => void;

/**
 * What a durable answer through a gathering object costs with nothing in it: calls are gathered as the ledger's writer
 * does, around `select 1`. No middleware, no transfers, nothing written.
 */
export class LedgerWriter extends DurableObject<Env> {
  #waiting: Answer[] = [];
  #writing = false;

  submit(_transfers: readonly unknown[]): Promise<readonly unknown[]> {
    return new Promise((answer) => {
      this.#waiting.push(answer);
      if (!this.#writing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      await this.env.DB.batch([this.env.DB.prepare("select 1")]);
      for (const answer of group) answer([]);
    }
    this.#writing = false;
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const transfers = await request.json<unknown[]>();
    const writer = env.LEDGER_WRITER.getByName("main") as unknown as LedgerWriter;
    return Response.json(await writer.submit(transfers), { status: 201 });
  },
};
