import { html as page } from "hono/html";
import { describe, expect, it } from "vitest";
import { Markdown } from "../../src/console/frame/markdown.tsx";

async function written(text: string): Promise<string> {
  return (await page`${Markdown({ text })}`).toString();
}

describe("Markdown", () => {
  it("becomes elements", async () => {
    const text =
      "# One\n\nTwo **three** `four`\n\n- five\n- [six](/help)\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n> seven\n";
    const html = await written(text);
    expect(html).toContain("<h2>One</h2>");
    expect(html).toContain("<p>Two <strong>three</strong> <code>four</code></p>");
    expect(html).toContain('<a href="/help">six</a>');
    expect(html).toContain("<td>1</td><td>2</td>");
    expect(html).toContain("<blockquote><p>seven</p></blockquote>");
  });

  it("leaves markup as text, and leads nowhere but to the web and to our own pages", async () => {
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
      const html = await written(text);
      expect(html, text).not.toMatch(/<(?:script|img|b)\b|href="(?:javascript|\/\/)|onmouseover="/i);
    }
    expect(await written("[x](https://ok.test/a?b=c&d)")).toContain('href="https://ok.test/a?b=c&amp;d"');
  });
});
