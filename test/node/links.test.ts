import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/project.ts";

function sources(pattern: string): { readonly file: string; readonly text: string }[] {
  return globSync(pattern, { cwd: ROOT }).map((file) => ({ file, text: readFileSync(path.join(ROOT, file), "utf8") }));
}

/** The addresses of the console's pages, with `:name` for what differs. */
function pages(): string[] {
  const found = sources("src/console/**/*.{ts,tsx}").flatMap(({ text }) => [
    ...text.matchAll(/(?:path: |download\()"(\/(?:app|admin)[^"]*)"/g),
  ]);
  return found.map(([, page = ""]) => page);
}

const isAt = (page: string) => {
  const pattern = page.replaceAll(/:\w+/g, "[^/]+");
  return (address: string): boolean => new RegExp(`^${pattern}$`).test(address);
};

describe("a page that a message or a checkout leads to", () => {
  it("exists, wherever a module writes its address", () => {
    const known = pages().map(isAt);
    const written = sources("src/modules/**/*.{ts,tsx}")
      .filter(({ file }) => !/routes[^/]*$/.test(file))
      .flatMap(({ file, text }) =>
        [...text.matchAll(/["`](\/(?:app|admin)(?:\/(?:[^"`\s$]|\$\{[^}]+\})*)?)["`]/g)].map(([, address = ""]) => ({
          file,
          address: address.replaceAll(/\$\{[^}]+\}/g, "x"),
        })),
      );
    expect(written.length).toBeGreaterThan(15);
    expect(written.filter(({ address }) => !known.some((leads) => leads(address)))).toEqual([]);
  });
});
