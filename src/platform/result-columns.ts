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

const TOKENS = /'[^']*'|"[^"]*"|[(),]|\sfrom\s/gi;
const QUOTES = /^['"]/;

/** What stands between `select` and `from`, parted at the commas that are in no brackets and no quotes. */
function readResults(sql: string): Results {
  const parts: string[] = [];
  let begin = 0;
  let depth = 0;
  for (const { 0: token, index } of sql.matchAll(TOKENS)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    else if (depth > 0 || QUOTES.test(token)) continue;
    else if (token !== ",") return { parts: [...parts, sql.slice(begin, index)], end: index };
    else {
      parts.push(sql.slice(begin, index));
      begin = index + 1;
    }
  }
  return { parts, end: null };
}
