import type { Mailbox } from "./mailer.ts";

/** Mail headers as RFC 5322 and RFC 2047 write them. Nothing that is given can begin a header of its own. */

export class HeaderInjection extends Error {
  override readonly name = "HeaderInjection";
}

const LINE = 76;
/** Of text in one encoded word: with the name of its header, the line stays below 77 characters. */
const WORD_BYTES = 39;

/** Lets a text through that stays within its header. Throws `HeaderInjection` for line breaks and controls. */
export function assertHeaderText(text: string): string {
  if (/(?!\t)\p{Cc}/u.test(text) || !text.isWellFormed()) throw new HeaderInjection("A header must not hold controls.");
  return text;
}

/** A text as the value of an unstructured header: plain where it is short ASCII, else in encoded words, folded. */
export function encodeText(text: string): string {
  assertHeaderText(text);
  const plain = /^[\x20-\x7e]*$/.test(text) && text.length <= LINE && !text.includes("=?");
  return plain ? text : encodeWords(text);
}

/** `"Ada Lovelace" <ada@example.com>`, in ASCII and folded, as a header has it. */
export function encodeMailbox(mailbox: Mailbox): string {
  const plain = writeMailbox(mailbox);
  const { name, address } = mailbox;
  if (name === null) return plain;
  const ascii = /^[\x20-\x7e]{1,60}$/.test(name) && !name.includes("=?");
  return `${ascii ? quote(name) : encodeWords(name)}\r\n <${address}>`;
}

/** The same in Unicode on one line, as HTTP vendors take it. */
export function writeMailbox({ name, address }: Mailbox): string {
  assertHeaderText(address);
  if (/[\s<>,;"]/.test(address)) throw new HeaderInjection("An address is one address.");
  return name === null ? address : `${quote(assertHeaderText(name))} <${address}>`;
}

function quote(name: string): string {
  return `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Encoded words of at most 75 characters, each holding whole characters, one a line. */
function encodeWords(text: string): string {
  const encoder = new TextEncoder();
  const words: string[] = [];
  let bytes: number[] = [];
  for (const char of text) {
    const encoded = encoder.encode(char);
    if (bytes.length + encoded.length > WORD_BYTES) {
      words.push(toWord(bytes));
      bytes = [];
    }
    bytes.push(...encoded);
  }
  words.push(toWord(bytes));
  return words.join("\r\n ");
}

function toWord(bytes: readonly number[]): string {
  return `=?UTF-8?B?${btoa(String.fromCharCode(...bytes))}?=`;
}
