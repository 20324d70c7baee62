import { describe, expect, it } from "vitest";
import { Markdown } from "../../src/console/frame/markdown.tsx";

const written = (text: string): string => String(Markdown({ text }));

describe("Markdown", () => {
  it("becomes elements", () => {
    const text =
      "# One\n\nTwo **three** `four`\n\n- five\n- [six](/help)\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n> seven\n";
    const html = written(text);
    expect(html).toContain("<h2>One</h2>");
    expect(html).toContain("<p>Two <strong>three</strong> <code>four</code></p>");
    expect(html).toContain('<a href="/help">six</a>');
    expect(html).toContain("<td>1</td><td>2</td>");
    expect(html).toContain("<blockquote><p>seven</p></blockquote>");
  });

  it("leaves markup as text, and leads nowhere but to the web and to our own pages", () => {
    const hostile = [
      "<script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
      "[x](javascript:alert(1))",
      "[x](//evil.test)",
      "![x](https://evil.test/pixel.png)",
      '[x](/ok "onmouseover=alert(1)")',
      "`<b>`",
      "<a href='javascript:alert(1)'>x</a>",
    ];
    for (const text of hostile) {
      const html = written(text);
      expect(html, text).not.toMatch(/<(?:script|img|b)\b|href="(?:javascript|\/\/)|onmouseover="/i);
    }
    expect(written("[x](https://ok.test/a?b=c&d)")).toContain('href="https://ok.test/a?b=c&amp;d"');
  });
});
