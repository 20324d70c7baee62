import { useEffect, useState } from "hono/jsx/dom";
import { Markdown } from "#console/frame/markdown.tsx";
import type { LinkState } from "#console/islands/link/connection.ts";
import type { Words } from "#console/words/index.ts";
import type { Session } from "./session.ts";
import type { Chat, Message, Turn } from "./state.ts";
import { isAnswering } from "./state.ts";

export type ChatWords = Words["assistant"]["live"];

interface Shown {
  readonly chat: Chat;
  readonly link: LinkState;
}

/** What was said, what is being said, and what may be done about it. Texts stay texts, whatever is in them. */
export function ChatView({ session, words }: { session: Session; words: ChatWords }) {
  const [{ chat, link }, show] = useState<Shown>(session.shown);
  useEffect(() => session.follow(show), []);
  return (
    <>
      <div role="log" aria-label={words.log}>
        <ol class="chat">
          {chat.messages.map((message) => (
            <Said key={message.id} message={message} words={words} />
          ))}
          {chat.turns.map((turn, index) => (
            <TurnView key={turn.id ?? `turn-${index}`} turn={turn} words={words} />
          ))}
        </ol>
      </div>
      {chat.proposals.map((proposal) => (
        <ProposalView key={proposal.id} session={session} words={words} proposal={proposal} />
      ))}
      {chat.nearLimit ? <p class="notice">{words.nearLimit}</p> : null}
      {chat.fault === null ? null : (
        <p class="notice bad" role="alert">
          {chat.fault}
        </p>
      )}
      <Controls session={session} words={words} chat={chat} link={link} />
    </>
  );
}

interface ProposalProps {
  readonly session: Session;
  readonly words: ChatWords;
  readonly proposal: Chat["proposals"][number];
}

function ProposalView({ session, words, proposal }: ProposalProps) {
  const { id, category, month, amount, asset, state } = proposal;
  return (
    <div class="card proposal">
      <p>
        {words.proposal}: <strong>{category}</strong>, {month}: {amount} {asset}
      </p>
      {state === "open" ? (
        <p class="row">
          <button type="button" onClick={() => session.decide(id, true)}>
            {words.confirm}
          </button>
          <button type="button" class="second" onClick={() => session.decide(id, false)}>
            {words.reject}
          </button>
        </p>
      ) : (
        <p class="quiet">{words.proposals[state]}</p>
      )}
    </div>
  );
}

function Controls({ session, words, chat, link }: Shown & { session: Session; words: ChatWords }) {
  const last = chat.turns.at(-1)?.end ?? chat.messages.at(-1)?.finishReason ?? null;
  return (
    <p class="row chat-line">
      <span role="status" data-link={link}>
        {words.link[link]}
      </span>
      {link === "elsewhere" ? (
        <button type="button" class="second" onClick={() => session.takeBack()}>
          {words.takeBack}
        </button>
      ) : null}
      {isAnswering(chat) ? (
        <button type="button" class="danger" onClick={() => session.stop()}>
          {words.stop}
        </button>
      ) : null}
      {!isAnswering(chat) && last !== null ? (
        <button type="button" class="second" onClick={() => session.regenerate()}>
          {words.regenerate}
        </button>
      ) : null}
    </p>
  );
}

function Said({ message, words }: { message: Message; words: ChatWords }) {
  const { role, content, finishReason } = message;
  if (role === "user") return <li class="asked">{content}</li>;
  return (
    <li class="answered">
      <Markdown text={content} />
      <Ending end={finishReason} words={words} />
    </li>
  );
}

function TurnView({ turn, words }: { turn: Turn; words: ChatWords }) {
  const { question, acknowledged, text, tools, end } = turn;
  return (
    <>
      {question === null ? null : (
        <li class="asked">
          {question} {acknowledged ? null : <small>{words.sending}</small>}
        </li>
      )}
      {acknowledged ? (
        <li class="answered" aria-busy={end === null ? "true" : "false"}>
          {tools.map(({ name, status }) => (
            <p class="state">
              {name.replaceAll("_", " ")}: {words.tools[status]}
            </p>
          ))}
          {text === "" && end === null ? <p class="quiet">{words.thinking}</p> : <Markdown text={text} />}
          <Ending end={end} words={words} />
        </li>
      ) : null}
    </>
  );
}

function Ending({ end, words }: { end: Turn["end"]; words: ChatWords }) {
  const text = end === null || end === "stop" ? null : words.ends[end];
  return text === null ? null : <p class="quiet">{text}</p>;
}
