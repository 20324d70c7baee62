/** `npm run doctor -- --env production`: what is still missing before this environment can be deployed. */
import { checkAccount, checkFile } from "./checkup.ts";
import { askedEnvironment } from "./environment.ts";
import { command } from "./project.ts";
import { reportFindings } from "./report.ts";

await command(async () => {
  const environment = askedEnvironment();
  const findings = [...checkFile(environment), ...(await checkAccount(environment))];
  const missing = reportFindings(findings);
  console.log(missing === 0 ? `\n${environment.name} lacks nothing.` : `\n${environment.name} lacks ${missing}.`);
  return missing === 0 ? 0 : 1;
});
