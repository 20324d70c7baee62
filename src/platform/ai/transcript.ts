import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";

const utf8 = new TextEncoder();

/**
 * What is said to a model, as JSON that grows: each message is written once, and what comes before a question is written
 * before anybody has asked it.
 */
export class Transcript {
  #json = "";
  #bytes = 0;

  constructor(messages: readonly ChatCompletionMessageParam[]) {
    for (const message of messages) this.add(message);
  }

  add(message: ChatCompletionMessageParam): void {
    const text = JSON.stringify(message);
    this.#json += this.#json === "" ? text : `,${text}`;
    this.#bytes += utf8.encode(text).byteLength;
  }

  /** The messages as a JSON array. */
  get json(): string {
    return `[${this.#json}]`;
  }

  /** How long the messages are in UTF-8, without what is between them. */
  get bytes(): number {
    return this.#bytes;
  }
}
