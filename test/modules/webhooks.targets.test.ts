import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { drain } from "#platform/drain";
import { isPublicAddress, refuseTarget } from "../../src/modules/webhooks/rules.targets.ts";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { inJob } from "../support/platform.ts";
import { aDelivery, aWebhook, deliveriesOf, held, resolver } from "../support/receiver.ts";

const app = testApp();
const outside = { development: false, ownHost: "bourse.example.com" };
const staging = { ENVIRONMENT: "staging", PUBLIC_ORIGIN: "https://bourse.test" } as const;

const FORBIDDEN = [
  "http://hooks.customer.dev/",
  "ftp://hooks.customer.dev/",
  "javascript:alert(1)",
  "//hooks.customer.dev",
  "hooks.customer.dev",
  "",
  "https://",
  "https://user@hooks.customer.dev/",
  "https://user:secret@hooks.customer.dev/",
  "https://hooks.customer.dev:8443/",
  "https://hooks.customer.dev:22/",
  "https://127.0.0.1/",
  "https://127.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.0.0.1/",
  "https://0177.0.0.1/",
  "https://0/",
  "https://0.0.0.0/",
  "https://10.0.0.1/",
  "https://172.16.0.1/",
  "https://192.168.0.1/",
  "https://169.254.169.254/latest/meta-data/",
  "https://100.100.100.200/",
  "https://8.8.8.8/",
  "https://１２７.０.０.１/",
  "https://127。0。0。1/",
  "https://127.0.0.1./",
  "https://[::1]/",
  "https://[::]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[64:ff9b::7f00:1]/",
  "https://[fe80::1]/",
  "https://[fd00:ec2::254]/",
  "https://[2606:4700::1111]/",
  "https://localhost/",
  "https://LOCALHOST./",
  "https://app.localhost/",
  "https://metadata/",
  "https://metadata.google.internal/",
  "https://printer.local/",
  "https://db.corp/",
  "https://router.home.arpa/",
  "https://1.0.0.127.in-addr.arpa/",
  "https://a.test/",
  "https://hidden.onion/",
  "https://bourse.example.com/",
  "https://bourse.example.com./api/v1",
  "https://hooks.customer.dev\\@127.0.0.1/",
  "https://hooks.customer.dev\t/",
  "https://hooks.customer.dev\r\nX: y/",
  "https://-x.customer.dev/",
  "https://hooks..customer.dev/",
  `https://hooks.customer.dev/${"a".repeat(2_048)}`,
];

const PRIVATE = [
  ["0.1.2.3", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.169.254", "172.31.255.255"],
  ["192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.19.255.255", "198.51.100.1", "203.0.113.1"],
  ["224.0.0.1", "240.0.0.1", "255.255.255.255", "256.1.1.1", "1.1.1", "01.2.3.4.5", "", "x"],
  ["::", "::1", "::ffff:10.0.0.1", "::ffff:0a00:1", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1"],
  ["2001::1", "2001:db8::1", "2002:a00:1::", "3fff::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "::g"],
].flat();

describe("the addresses that webhooks go to", () => {
  it.each(FORBIDDEN)("are not %j", (url) => {
    expect(refuseTarget(url, outside)).not.toBeNull();
  });

  it("are public names over https", () => {
    for (const url of ["https://hooks.customer.dev/a?b=c", "https://xn--bcher-kva.ch/", "https://bücher.ch:443/x"])
      expect(refuseTarget(url, outside)).toBeNull();
  });

  it("are this machine's in development, and no other private one's", () => {
    const development = { development: true, ownHost: "127.0.0.1" };
    for (const url of ["http://127.0.0.1:9000/", "http://localhost:1/", "http://[::1]:80/", "https://a.dev/"])
      expect(refuseTarget(url, development)).toBeNull();
    for (const url of ["http://10.0.0.1/", "http://169.254.169.254/", "http://a.dev/", "ftp://127.0.0.1/"])
      expect(refuseTarget(url, development)).not.toBeNull();
  });

  it.each(PRIVATE)("do not resolve to %j", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it("resolve to public addresses", () => {
    for (const address of ["1.1.1.1", "100.128.0.1", "172.32.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111"])
      expect(isPublicAddress(address)).toBe(true);
    expect(isPublicAddress("2a00:1450:4001:81c::200e")).toBe(true);
  });

  it("are refused by the route with the reason", async () => {
    for (const [url, code] of [
      ["https://10.0.0.1/", "url_address"],
      ["http://hooks.customer.dev/", "url_not_https"],
      ["https://bourse.test/hook", "url_own"],
    ]) {
      const answer = await app.call("POST /api/v1/webhooks", { as: aUser(), json: { url }, env: staging });
      expect(answer.status).toBe(422);
      expect(await bodyOf(answer)).toMatchObject({ code, errors: [{ path: "url", code }] });
    }
  });

  it.each([
    ["inside.customer.dev", "url_private"],
    ["nowhere.customer.dev", "unresolved"],
  ])("are looked up again before each call: %s", async (host, error) => {
    const as = aUser();
    const { id } = await aWebhook(app, as, `https://${host}/hook`);
    await aDelivery(app, as, id);
    await inJob(app, { env: { ...staging, ...resolver } }, async (ctx) => drain(ctx));
    expect((await deliveriesOf(app, as, id))[0]).toMatchObject({
      state: "pending",
      attempts: [{ status: null, error }],
    });
  });

  it("that were allowed once are not called when they no longer are", async () => {
    const as = aUser();
    const { id } = await aWebhook(app, as);
    await aDelivery(app, as, id);
    await env.DB.prepare("update webhooks_endpoints set url = 'https://10.0.0.1/' where id = ?").bind(id).run();
    await inJob(app, { env: held }, async (ctx) => drain(ctx));
    expect((await deliveriesOf(app, as, id))[0]).toMatchObject({ attempts: [{ error: "url_address" }] });
  });
});
