import type { Child } from "hono/jsx";
import type { MarkedToken, Token, Tokens } from "marked";
import { lexer } from "marked";

/**
 * Markdown as elements. The library reads it; what it found is put into elements here, so that markup in the text stays
 * text, and a link leads to the web, to a mail address or to our own pages, and nowhere else.
 */
export function Markdown({ text }: { text: string }) {
  return <>{write(lexer(text))}</>;
}

const SAFE = /^(?:https?:\/\/|mailto:|\/(?!\/)|#)/i;

type Writers = { readonly [T in MarkedToken as T["type"]]?: (token: T) => Child };

/** How each thing that Markdown knows is written. What is not here, such as markup, stands as it was typed. */
const WRITERS: Writers = {
  heading: ({ depth, tokens }) => (depth <= 2 ? <h2>{write(tokens)}</h2> : <h3>{write(tokens)}</h3>),
  paragraph: ({ tokens }) => <p>{write(tokens)}</p>,
  blockquote: ({ tokens }) => <blockquote>{write(tokens)}</blockquote>,
  code: ({ text }) => <pre>{text}</pre>,
  hr: () => <hr />,
  space: () => null,
  list: (token) => list(token),
  table: (token) => table(token),
  strong: ({ tokens }) => <strong>{write(tokens)}</strong>,
  em: ({ tokens }) => <em>{write(tokens)}</em>,
  codespan: ({ text }) => <code>{text}</code>,
  br: () => <br />,
  link: ({ href, tokens }) => (SAFE.test(href) ? <a href={href}>{write(tokens)}</a> : <>{write(tokens)}</>),
  escape: ({ text }) => text,
  text: (token) => ("tokens" in token && token.tokens ? <>{write(token.tokens)}</> : token.text),
};

function write(tokens: readonly Token[]): Child[] {
  return tokens.map((token) => {
    const writer = WRITERS[token.type as MarkedToken["type"]] as ((token: Token) => Child) | undefined;
    return writer ? writer(token) : token.raw;
  });
}

function list({ ordered, items }: Tokens.List): Child {
  const children = items.map((item) => <li>{write(item.tokens)}</li>);
  return ordered ? <ol>{children}</ol> : <ul>{children}</ul>;
}

function table({ header, rows }: Tokens.Table): Child {
  return (
    <div class="table">
      <table>
        <thead>
          <tr>{header.map((cell) => (cell.text === "" ? <td /> : <th scope="col">{write(cell.tokens)}</th>))}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{write(cell.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
