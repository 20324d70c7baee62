import type { ClientFrame } from "#objects/escrow-trade";
import { ask, Refusal } from "#console/frame/client.ts";
import { converse, openSocket } from "#console/frame/socket.ts";
import type { Visit } from "#console/frame/visit.ts";

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly code?: string;
  readonly message?: string;
}

export interface Saying {
  readonly tradeId: string;
  /** The form's own, so that one that is sent twice says it once. */
  readonly id: string;
  readonly content: string;
}

/** Says something in a trade by a form, without script. */
export async function sayInPlace(visit: Visit, { tradeId, id, content }: Saying): Promise<void> {
  const { url } = await ask(visit.client.p2p.trades[":id"].tickets.$post({ param: { id: tradeId } }));
  const socket = await openSocket(visit, url);
  const saying: ClientFrame = { type: "message", id, content };
  await converse(socket, (heard, done) => {
    const frame = heard as Frame;
    if (frame.type === "state") socket.send(JSON.stringify(saying));
    if (frame.type === "error") throw new Refusal({ status: 422, code: frame.code ?? "", title: frame.message ?? "" });
    if (frame.type === "ack" && frame.id === id) done();
  });
}
