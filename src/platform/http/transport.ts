import type { HttpMiddleware } from "./env.ts";
import { http } from "./problems.ts";

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Refuses calls over plain HTTP outside development. They are not redirected, because a redirect would hide from the
 * caller that its credentials have just travelled in clear. A machine's own loopback is no network.
 */
export const refusePlainHttp: HttpMiddleware = async (c, next) => {
  if (c.req.url.startsWith("http:") && !c.get("ctx").config.development && !LOOPBACK.has(new URL(c.req.url).hostname)) {
    throw http.httpsRequired({
      detail: "Call the same address with https://, and replace the credentials that you sent.",
    });
  }
  await next();
};
