import { FaultError } from "./fault.ts";
import type { Arithmetic, Comparison, Syntax } from "./syntax.ts";
import type { Token } from "./tokens.ts";
import { numberOf, tokenize } from "./tokens.ts";

/** How deep an expression may be nested. */
const MAX_DEPTH = 40;
/** How far back an offset may reach, in bars. */
export const MAX_OFFSET = 500;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "==": "==",
  "=": "==",
  "!=": "!=",
  "<>": "!=",
};
const WORDS: ReadonlySet<string> = new Set(["and", "or", "not", "in", "between", "true", "false"]);
const BEGINNINGS = ["a field", "a function", "a number", "a text", "(", "not", "-"] as const;

interface Reader {
  readonly tokens: readonly Token[];
  index: number;
  depth: number;
}

/** Reads an expression by recursive descent: or, and, not, comparison, sum, product, sign, postfix. */
export function parse(text: string): Syntax {
  const reader: Reader = { tokens: tokenize(text), index: 0, depth: 0 };
  const syntax = readOr(reader);
  const rest = peek(reader);
  if (rest.kind !== "end")
    throw new FaultError("syntax", "Nothing can follow here.", { at: rest.at, expected: ["and", "or", "the end"] });
  return syntax;
}

function peek(reader: Reader): Token {
  return reader.tokens[reader.index] as Token;
}

/** Takes the next token if it is the one that is wanted. */
function take(reader: Reader, value: string): Token | null {
  const token = peek(reader);
  if (token.value !== value || token.kind === "text" || token.kind === "end") return null;
  reader.index += 1;
  return token;
}

function expect(reader: Reader, value: string, also: readonly string[] = []): Token {
  const token = take(reader, value);
  if (token) return token;
  throw new FaultError("syntax", `Here \`${value}\` was expected.`, {
    at: peek(reader).at,
    expected: [value, ...also],
  });
}

/** Goes one level down; a chain of brackets or signs cannot exhaust the stack. */
function deeper<T>(reader: Reader, read: (reader: Reader) => T): T {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH)
    throw new FaultError("too_deep", `An expression is nested at most ${MAX_DEPTH} deep.`, { at: peek(reader).at });
  const result = read(reader);
  reader.depth -= 1;
  return result;
}

function readOr(reader: Reader): Syntax {
  return readChain(reader, ["or"], readAnd);
}

function readAnd(reader: Reader): Syntax {
  return readChain(reader, ["and"], readNot);
}

function readChain(
  reader: Reader,
  operators: readonly ("and" | "or" | Arithmetic)[],
  next: (reader: Reader) => Syntax,
): Syntax {
  let left = next(reader);
  for (;;) {
    const operator = operators.find((candidate) => take(reader, candidate));
    if (operator === undefined) return left;
    left = { kind: "binary", at: left.at, operator, left, right: next(reader) };
  }
}

function readNot(reader: Reader): Syntax {
  const token = take(reader, "not");
  return token ? { kind: "not", at: token.at, of: deeper(reader, readNot) } : readComparison(reader);
}

function readComparison(reader: Reader): Syntax {
  const left = readSum(reader);
  const token = peek(reader);
  const operator = token.kind === "symbol" ? COMPARISONS[token.value] : undefined;
  if (operator !== undefined) {
    reader.index += 1;
    return { kind: "binary", at: left.at, operator, left, right: readSum(reader) };
  }
  const negated = take(reader, "not");
  const condition = take(reader, "between")
    ? readBetween(reader, left)
    : take(reader, "in")
      ? readList(reader, left)
      : null;
  if (condition) return negated ? { kind: "not", at: left.at, of: condition } : condition;
  if (negated)
    throw new FaultError("syntax", "`not` is followed by `in` or `between` here.", {
      at: peek(reader).at,
      expected: ["in", "between"],
    });
  return left;
}

function readBetween(reader: Reader, value: Syntax): Syntax {
  const low = readSum(reader);
  expect(reader, "and");
  const high = readSum(reader);
  return {
    kind: "binary",
    at: value.at,
    operator: "and",
    left: { kind: "binary", at: value.at, operator: ">=", left: value, right: low },
    right: { kind: "binary", at: value.at, operator: "<=", left: value, right: high },
  };
}

function readList(reader: Reader, of: Syntax): Syntax {
  expect(reader, "(");
  const list = [readSum(reader)];
  while (take(reader, ",")) list.push(readSum(reader));
  expect(reader, ")", [","]);
  return { kind: "in", at: of.at, of, list };
}

function readSum(reader: Reader): Syntax {
  return readChain(reader, ["+", "-"], readProduct);
}

function readProduct(reader: Reader): Syntax {
  return readChain(reader, ["*", "/", "%"], readSign);
}

function readSign(reader: Reader): Syntax {
  const token = take(reader, "-");
  if (!token) return readPostfix(reader);
  const of = deeper(reader, readSign);
  return of.kind === "number" ? { ...of, at: token.at, value: -of.value } : { kind: "negate", at: token.at, of };
}

function readPostfix(reader: Reader): Syntax {
  let of = readPrimary(reader);
  for (;;) {
    const token = peek(reader);
    if (take(reader, "[")) of = { kind: "shift", at: of.at, of, by: readOffset(reader) };
    else if (take(reader, ".")) of = { kind: "output", at: of.at, of, name: readName(reader) };
    else if (token.kind === "symbol" && token.value.startsWith("@")) {
      reader.index += 1;
      of = { kind: "frame", at: of.at, of, timeframe: token.value.slice(1) as "1d" | "1w" | "1mo" };
    } else return of;
  }
}

function readOffset(reader: Reader): number {
  const token = peek(reader);
  const by = token.kind === "number" ? numberOf(token.value) : NaN;
  if (!Number.isInteger(by) || by < 0 || by > MAX_OFFSET) {
    const expected = [`a whole number from 0 to ${MAX_OFFSET}`];
    throw new FaultError("syntax", "An offset says how many bars ago; the future is not known.", {
      at: token.at,
      expected,
    });
  }
  reader.index += 1;
  expect(reader, "]");
  return by;
}

function readName(reader: Reader): string {
  const token = peek(reader);
  if (token.kind !== "name")
    throw new FaultError("syntax", "Here a name was expected.", { at: token.at, expected: ["the name of an output"] });
  reader.index += 1;
  return token.value;
}

function readPrimary(reader: Reader): Syntax {
  const token = peek(reader);
  if (token.kind === "number") {
    reader.index += 1;
    return { kind: "number", at: token.at, value: numberOf(token.value) };
  }
  if (token.kind === "text") {
    reader.index += 1;
    return { kind: "text", at: token.at, value: token.value };
  }
  if (take(reader, "(")) {
    const inner = deeper(reader, readOr);
    expect(reader, ")", ["and", "or", "an operator"]);
    return inner;
  }
  if (token.kind !== "name" || (WORDS.has(token.value) && token.value !== "true" && token.value !== "false"))
    throw new FaultError("syntax", "Here a value was expected.", { at: token.at, expected: BEGINNINGS });
  reader.index += 1;
  return take(reader, "(") ? readCall(reader, token) : { kind: "name", at: token.at, name: token.value };
}

function readCall(reader: Reader, token: Token): Syntax {
  const args: Syntax[] = [];
  if (!take(reader, ")")) {
    args.push(deeper(reader, readOr));
    while (take(reader, ",")) args.push(deeper(reader, readOr));
    expect(reader, ")", [","]);
  }
  return { kind: "call", at: token.at, name: token.value, args };
}
