/** An expression as it was written, before its names mean anything. */
export type Syntax =
  | { readonly kind: "number"; readonly at: number; readonly value: number }
  | { readonly kind: "text"; readonly at: number; readonly value: string }
  | { readonly kind: "name"; readonly at: number; readonly name: string }
  | { readonly kind: "call"; readonly at: number; readonly name: string; readonly args: readonly Syntax[] }
  | { readonly kind: "output"; readonly at: number; readonly of: Syntax; readonly name: string }
  | { readonly kind: "shift"; readonly at: number; readonly of: Syntax; readonly by: number }
  | { readonly kind: "frame"; readonly at: number; readonly of: Syntax; readonly timeframe: "1d" | "1w" | "1mo" }
  | { readonly kind: "negate" | "not"; readonly at: number; readonly of: Syntax }
  | {
      readonly kind: "binary";
      readonly at: number;
      readonly operator: Operator;
      readonly left: Syntax;
      readonly right: Syntax;
    }
  | { readonly kind: "in"; readonly at: number; readonly of: Syntax; readonly list: readonly Syntax[] };

export type Arithmetic = "+" | "-" | "*" | "/" | "%";
export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";
export type Operator = Arithmetic | Comparison | "and" | "or";
