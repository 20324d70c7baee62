import { FaultError } from "./fault.ts";

export type TokenKind = "number" | "text" | "name" | "symbol" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** Names and words in lower case; texts without their quotes. */
  readonly value: string;
  readonly at: number;
}

/** The longest expression, in characters. */
export const MAX_LENGTH = 4_000;
const MAX_TOKENS = 1_500;

const BLANK = /[ \t\r\n]+/y;
const NUMBER = /(?:[0-9]{1,25}(?:\.[0-9]{1,25})?|\.[0-9]{1,25})(?:[eE][+-]?[0-9]{1,3})?[kKmMbB]?(?![A-Za-z0-9_.])/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]{0,63}(?![A-Za-z0-9_])/y;
const TEXT = /"[^"\\\p{Cc}]{0,100}"|'[^'\\\p{Cc}]{0,100}'/uy;
const FRAME = /@(?:1d|1w|1mo)(?![A-Za-z0-9_])/iy;
const SYMBOL = /<=|>=|==|!=|<>|[-+*/%<>=(),[\].]/y;

const KINDS: readonly (readonly [RegExp, TokenKind])[] = [
  [NUMBER, "number"],
  [NAME, "name"],
  [TEXT, "text"],
  [FRAME, "symbol"],
  [SYMBOL, "symbol"],
];

/** Cuts an expression into tokens, with one `end` behind the last. */
export function tokenize(text: string): Token[] {
  if (text.length > MAX_LENGTH)
    throw new FaultError("too_long", `An expression has at most ${MAX_LENGTH} characters.`, { at: MAX_LENGTH });
  const tokens: Token[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const token = readToken(text, at);
    tokens.push({ kind: token.kind, value: clean(token), at });
    if (tokens.length > MAX_TOKENS)
      throw new FaultError("too_long", `An expression has at most ${MAX_TOKENS} parts.`, { at });
    at = skipBlanks(text, at + token.value.length);
  }
  return [...tokens, { kind: "end", value: "", at: text.length }];
}

function readToken(text: string, at: number): { kind: TokenKind; value: string } {
  for (const [pattern, kind] of KINDS) {
    pattern.lastIndex = at;
    const value = pattern.exec(text)?.[0];
    if (value !== undefined) return { kind, value };
  }
  const char = text[at] ?? "";
  if (char === '"' || char === "'")
    throw new FaultError("syntax", "This text does not end.", { at, expected: [`a closing ${char}`] });
  if (char === "@") throw new FaultError("syntax", "This is no timeframe.", { at, expected: ["@1d", "@1w", "@1mo"] });
  throw new FaultError("syntax", "This character has no meaning here.", {
    at,
    expected: ["a field", "a function", "a number", "an operator"],
  });
}

function skipBlanks(text: string, at: number): number {
  BLANK.lastIndex = at;
  return at + (BLANK.exec(text)?.[0].length ?? 0);
}

function clean({ kind, value }: { kind: TokenKind; value: string }): string {
  if (kind === "text") return value.slice(1, -1);
  return kind === "number" ? value : value.toLowerCase();
}

const SUFFIXES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 };

/** The number that a token stands for; `2.5m` is two and a half million. */
export function numberOf(text: string): number {
  const factor = SUFFIXES[text.at(-1)?.toLowerCase() ?? ""];
  return factor === undefined ? Number(text) : Number(text.slice(0, -1)) * factor;
}
