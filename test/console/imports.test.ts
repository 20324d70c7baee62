import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";
import type { Browser, Page } from "../support/browser.ts";
import { signedIn } from "../support/browser.ts";
import { aPerson } from "../support/people.ts";

const app = testApp();
const PATH = "/app/budget/import";
const HOSTILE = `"><script>alert(1)</script>\u202E.csv`;

interface Desk {
  readonly browser: Browser;
  readonly form: Page;
  readonly accountId: string;
}

async function aDesk(): Promise<Desk> {
  const browser = await signedIn(app, await aPerson(app));
  await browser.submit(await browser.get("/app/budget"), "account", { name: "Purse" });
  const form = await browser.get(PATH);
  return { browser, form, accountId: /<option value="(acct_[0-9a-z]{26})"/.exec(form.html)?.[1] ?? "" };
}

async function look({ browser, form, accountId }: Desk, file: File, said: Record<string, string> = {}): Promise<Page> {
  const page = await browser.upload(form, "look", {
    accountId,
    format: "",
    dateOrder: "",
    statement: "",
    file,
    ...said,
  });
  return { ...page, path: PATH };
}

const FILES: readonly (readonly [kind: string, text: string])[] = [
  ["CSV", "Date;Empfänger;Betrag\n02.10.2026;Baker;-4,50\n"],
  [
    "OFX",
    "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261002<TRNAMT>-4.50<FITID>1<NAME>Baker</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
  ],
  ["QIF", "!Type:Bank\nD2026-10-02\nT-4.50\nPBaker\n^\n"],
  [
    "CAMT",
    `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt><Ntry><Amt Ccy="USD">4.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-10-02</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Baker</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`,
  ],
];

describe("a bank's file on the page", () => {
  it.each(FILES)("is known for %s by what it begins with, looked at, taken in and taken back", async (_, text) => {
    const desk = await aDesk();
    const preview = await look(desk, new File([text], "statement.dat"));
    expect(preview.html).toContain("1 new, 0 known already, 0 that cannot be read.");
    expect(preview.html).toContain("Baker");
    const month = "/app/budget?month=2026-10";
    expect((await desk.browser.get(month)).html).not.toContain("Baker");
    expect((await desk.browser.upload(preview, "take", {})).location).toContain("done=taken");
    expect((await desk.browser.get(month)).html).toContain("Baker");
    await desk.browser.submit(await desk.browser.get(PATH), "undo");
    expect((await desk.browser.get(month)).html).not.toContain("Baker");
  });

  it("is asked for its columns where nobody can guess them, and not a second time", async () => {
    const desk = await aDesk();
    const file = (day: string): File => new File([`Wann,Wer,Was\n2026-10-${day},Baker,-${day}.50\n`], "bank.csv");
    const asked = await look(desk, file("02"));
    expect(asked.html).toContain('role="alert"');
    expect(asked.html).toContain('<option value="3">3: Was</option>');
    const columns = { dateColumn: "1", payeeColumn: "2", amountColumn: "3" };
    const preview = { ...(await desk.browser.upload(asked, "look", columns)), path: PATH };
    expect(preview.html).toContain("1 new, 0 known already, 0 that cannot be read.");
    await desk.browser.upload(preview, "take", {});
    expect((await look(desk, file("09"))).html).toContain("1 new, 0 known already, 0 that cannot be read.");
  });

  it("says which rows cannot be read, and shows the first of very many", async () => {
    const rows = Array.from({ length: 80 }, (_, index) => `2026-10-02,Baker,${index < 70 ? "much" : "-1.00"}`);
    const { html } = await look(await aDesk(), new File([`Date,Payee,Amount\n${rows.join("\n")}\n`], "bank.csv"));
    expect(html).toContain("10 new, 0 known already, 70 that cannot be read.");
    expect(html).toContain("Line 2: ");
    expect(html.match(/class="bad"/g)).toHaveLength(50);
    expect(html).toContain("and 20 more rows that cannot be read");
  });

  it("is shown as text, whatever it and its name hold", async () => {
    const text = `Date,Payee,Amount,<img src=x onerror=alert(1)>\n2026-10-02,"<script>alert(1)</script>",-4.50,"""><b>"\n`;
    const { html, status } = await look(await aDesk(), new File([text], HOSTILE));
    expect(status).toBe(200);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).not.toContain("<script>alert(1)");
    expect(html).not.toContain("<img src=x");
    expect(html).toContain("<bdi>");
  });

  it("is refused where it is none, is empty, or is too large, and nothing is kept", async () => {
    const desk = await aDesk();
    const picture = await look(desk, new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13])], "a.png"));
    expect([picture.status, picture.html]).toEqual([422, expect.stringContaining("This is no statement")]);
    const none = await look(desk, new File([], ""));
    expect([none.status, none.html]).toEqual([422, expect.stringContaining("Choose a file")]);
    const large = await look(desk, new File([new Uint8Array(1_024 * 1_024 + 1)], "large.csv"));
    expect(large.status).toBe(413);
    const huge = await look(desk, new File([new Uint8Array(4 * 1_024 * 1_024)], "huge.csv"));
    expect(huge.status).toBe(413);
    const broken = await desk.browser.post(PATH, { action: "look", file: "%%%", accountId: desk.accountId });
    expect(broken.status).toBe(422);
    expect((await desk.browser.get(PATH)).html).toContain("Nothing was imported yet.");
  });

  it("comes from our own page alone, and only to pages that take files", async () => {
    const desk = await aDesk();
    const file = new File([FILES[0]?.[1] ?? ""], "bank.csv");
    const forged = await desk.browser.upload(desk.form, "look", { accountId: desk.accountId, file, csrf: "guessed" });
    expect(forged.status).toBe(403);
    const elsewhere = await desk.browser.upload(await desk.browser.get("/app/budget"), "move", { toMove: "1" });
    expect(elsewhere.status).toBe(415);
  });
});
