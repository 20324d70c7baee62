/** `npm run smoke -- https://bourse.example.com [--docs open] [--version 3f2a9c1]`: asks a running Bourse for its vital signs. */
import { probe, smokeAccount } from "./probe.ts";
import { command, flagValue, Refusal } from "./project.ts";
import { reportFindings } from "./report.ts";

await command(async () => {
  const address = process.argv.slice(2).find((arg) => URL.canParse(arg));
  if (address === undefined) throw new Refusal("Say which address: npm run smoke -- https://bourse.example.com.");
  const development = process.argv.includes("--development");
  const findings = await probe({
    url: new URL(address).origin,
    version: flagValue("--version"),
    docsOpen: development || flagValue("--docs") === "open",
    development,
    account: smokeAccount(),
  });
  return reportFindings(findings) === 0 ? 0 : 1;
});
