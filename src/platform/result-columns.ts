const known = new Map<string, string>();
const MAX_KNOWN = 1_000;

/**
 * A `select` each of whose results has a name of its own, so that a row by names loses no column of joined tables that
 * are called alike. A text that cannot be read this way stays as it is.
 */
export function nameResults(sql: string): string {
  const found = known.get(sql);
  if (found !== undefined) return found;
  const named = rewrite(sql);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(sql, named);
  return named;
}

const HAS_NAME = /(?:\bas\s+(?:"[^"]+"|\w+)|\*)\s*$/i;
const FROM = /^\sfrom\s/i;

/** The only `from` that stands in an expression without brackets around it. */
const COMPARES = /\bdistinct\s+from\b/i;

function rewrite(sql: string): string {
  if (COMPARES.test(sql)) return sql;
  const { parts, end } = readResults(sql);
  if (end === null) return sql;
  return (
    parts.map((part, at) => (HAS_NAME.test(part) ? part : `${part.trimEnd()} as "_${at}"`)).join(",") + sql.slice(end)
  );
}

interface Results {
  readonly parts: readonly string[];
  /** Where the results end; null where they end in nothing known. */
  readonly end: number | null;
}

/** What stands between `select` and `from`, parted at the commas that are in no brackets and no quotes. */
function readResults(sql: string): Results {
  const parts: string[] = [];
  let begin = 0;
  let depth = 0;
  let quote = "";
  for (let at = 0; at < sql.length; at += 1) {
    const char = sql.charAt(at);
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === "(" || char === ")") depth += char === "(" ? 1 : -1;
    else if (depth > 0) continue;
    else if (char === ",") {
      parts.push(sql.slice(begin, at));
      begin = at + 1;
    } else if (FROM.test(sql.slice(at, at + 6))) return { parts: [...parts, sql.slice(begin, at)], end: at };
  }
  return { parts, end: null };
}
