/** `npm run rollback -- --env production [--to <version-id>]`: goes back to the version before, and asks it for its vital signs. */
import { askedEnvironment } from "./environment.ts";
import { probe, smokeAccount } from "./probe.ts";
import { command, flagValue, Refusal } from "./project.ts";
import { reportFindings } from "./report.ts";
import { wrangler } from "./wrangler.ts";

await command(async () => {
  const environment = askedEnvironment();
  const version = flagValue("--to");
  const why = ["--message", "npm run rollback", "--yes"];
  const args = ["rollback", ...(version === undefined ? [] : [version]), "--env", environment.name, ...why];
  console.log(`> wrangler ${args.join(" ")}`);
  if (process.argv.includes("--dry")) return 0;
  const { code } = await wrangler(args, { attached: true });
  if (code !== 0) throw new Refusal("wrangler could not go back for the reason above; what ran before still runs.");
  const docsOpen = environment.variables["DOCS_ENABLED"] === "true";
  const url = new URL(environment.origin).origin;
  const findings = await probe({ url, docsOpen, development: false, account: smokeAccount() });
  console.log("The database stays as it is: every migration leaves the version before it able to run.");
  return reportFindings(findings) === 0 ? 0 : 1;
});
