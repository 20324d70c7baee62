import type { FinishReason, Proposal, ProposalState, ServerFrame } from "#objects/chat-session";

/** What a chat shows, and how each frame changes it. Frames that were had before change nothing. */

export interface Message {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly finishReason: FinishReason | null;
}

export interface Tool {
  readonly name: string;
  readonly status: "running" | "done" | "failed";
}

/** A question and its answer, since this page is open. */
export interface Turn {
  /** The client's id of the question; null for an answer that was found under way. */
  readonly id: string | null;
  /** Null where the question is among the messages. */
  readonly question: string | null;
  readonly acknowledged: boolean;
  readonly text: string;
  readonly tools: readonly Tool[];
  /** Null while it is being written. */
  readonly end: FinishReason | "failed" | null;
  readonly messageId: string | null;
}

export interface Chat {
  /** As the API has them, oldest first. */
  readonly messages: readonly Message[];
  readonly turns: readonly Turn[];
  readonly proposals: readonly (Proposal & { readonly state: ProposalState })[];
  /** The last frame that was had; null before the first greeting. */
  readonly seq: number | null;
  readonly nearLimit: boolean;
  /** What went wrong last, in the server's words. */
  readonly fault: string | null;
}

export const EMPTY: Chat = { messages: [], turns: [], proposals: [], seq: null, nearLimit: false, fault: null };

const BLANK = { acknowledged: true, text: "", tools: [], end: null, messageId: null } as const;

/** The messages as the API has them. What they hold needs no turn of its own. */
export function withMessages(chat: Chat, messages: readonly Message[]): Chat {
  const known = new Set(messages.map(({ id }) => id));
  return {
    ...chat,
    messages,
    turns: chat.turns.filter(({ messageId }) => messageId === null || !known.has(messageId)),
  };
}

export function withQuestion(chat: Chat, id: string, question: string): Chat {
  const turn: Turn = { ...BLANK, id, question, acknowledged: false };
  return { ...chat, fault: null, turns: [...chat.turns, turn] };
}

/** Forgets the last answer, since it is to be made anew. */
export function withoutLastAnswer(chat: Chat): Chat {
  const last = chat.turns.at(-1);
  if (last) return { ...chat, fault: null, turns: [...chat.turns.slice(0, -1), { ...last, ...BLANK }] };
  const messages = chat.messages.at(-1)?.role === "assistant" ? chat.messages.slice(0, -1) : chat.messages;
  return { ...chat, fault: null, messages, turns: [{ ...BLANK, id: null, question: null }] };
}

export function isAnswering({ turns }: Chat): boolean {
  return turns.some(({ end }) => end === null);
}

/** Questions that the server has not said it has: they are sent again over a new socket, and count once. */
export function unacknowledged({ turns }: Chat): { id: string; content: string }[] {
  return turns.flatMap(({ id, question, acknowledged }) =>
    id === null || question === null || acknowledged ? [] : [{ id, content: question }],
  );
}

export function receive(chat: Chat, frame: ServerFrame): Chat {
  if ("seq" in frame && frame.type !== "ready") {
    if (chat.seq !== null && frame.seq <= chat.seq) return chat;
    return follow({ ...chat, seq: frame.seq }, frame);
  }
  switch (frame.type) {
    case "ack":
      return change(chat, ({ id }) => id === frame.id, { acknowledged: true });
    case "proposal":
      return withProposal(chat, frame);
    case "error":
      return withFault(chat, frame);
    case "ready":
    case "pong":
      return chat;
    default:
      return chat;
  }
}

type Counted = Extract<ServerFrame, { type: "response" | "tool" }>;

function follow(chat: Chat, frame: Counted): Chat {
  if (frame.type === "tool") return withTool(withCurrent(chat, null), frame);
  const begun = withCurrent(chat, frame.id);
  const wanted = (turn: Turn): boolean => turn.id === frame.id && turn.end === null;
  if (!frame.done) {
    const { text = "" } = begun.turns.find(wanted) ?? {};
    return change(begun, wanted, { acknowledged: true, text: text + frame.content });
  }
  const { nearLimit, messageId, finishReason } = frame;
  if (chat.messages.some(({ id }) => id === messageId))
    return { ...begun, nearLimit, turns: begun.turns.filter((turn) => !wanted(turn)) };
  return { ...change(begun, wanted, { end: finishReason, messageId }), nearLimit };
}

/** Makes sure that the answer under way has a turn; one that was found under way learns its question's id here. */
function withCurrent(chat: Chat, id: string | null): Chat {
  const open = chat.turns.filter(({ end }) => end === null);
  if (id === null)
    return open.length > 0 ? chat : { ...chat, turns: [...chat.turns, { ...BLANK, id, question: null }] };
  if (open.some((turn) => turn.id === id)) return chat;
  if (open.some((turn) => turn.id === null))
    return change(chat, (turn) => turn.id === null && turn.end === null, { id });
  return { ...chat, turns: [...chat.turns, { ...BLANK, id, question: null }] };
}

function withTool(chat: Chat, { name, status }: Extract<ServerFrame, { type: "tool" }>): Chat {
  const turn = chat.turns.find(({ end }) => end === null);
  if (!turn) return chat;
  const running = turn.tools.findLastIndex((tool) => tool.name === name && tool.status === "running");
  const tools =
    status === "running" || running < 0
      ? [...turn.tools, { name, status }]
      : turn.tools.with(running, { name, status });
  return change(chat, (candidate) => candidate === turn, { tools });
}

function withProposal(chat: Chat, proposal: Extract<ServerFrame, { type: "proposal" }>): Chat {
  const at = chat.proposals.findIndex(({ id }) => id === proposal.id);
  return { ...chat, proposals: at < 0 ? [...chat.proposals, proposal] : chat.proposals.with(at, proposal) };
}

function withFault(chat: Chat, { code, message }: Extract<ServerFrame, { type: "error" }>): Chat {
  const faulty = { ...chat, fault: message };
  if (code === "queue_full") return { ...faulty, turns: chat.turns.filter(({ acknowledged }) => acknowledged) };
  if (code !== "quota_exceeded" && code !== "answer_failed") return faulty;
  const open = chat.turns.find(({ end }) => end === null);
  return change(faulty, (turn) => turn === open, { acknowledged: true, end: "failed" });
}

function change(chat: Chat, wanted: (turn: Turn) => boolean, to: Partial<Turn>): Chat {
  return { ...chat, turns: chat.turns.map((turn) => (wanted(turn) ? { ...turn, ...to } : turn)) };
}
