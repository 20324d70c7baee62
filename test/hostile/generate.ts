import fc from "fast-check";
import naughty from "big-list-of-naughty-strings/blns.json";

/** Requests as somebody would write them who wants to break something. */

/** In every value that is sent and must turn up in no line of the log. */
export const CANARY = "zqxcanary";

const PATHS = [
  "%00",
  "..%2f..%2f",
  "%2e%2e/",
  "//",
  "%F0%28%8C",
  "%ff",
  "%u0041",
  ";a=b",
  "'--",
  "{id}",
  ".css",
  "%0d%0aX:1",
];
const text = fc.oneof(fc.constantFrom<string>(...naughty), fc.string({ unit: "binary", maxLength: 60 }));

export const hostileText: fc.Arbitrary<string> = text.map((value) => CANARY + value);

export const hostilePath: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PATHS),
      text.map((value) => encodeURIComponent(value.toWellFormed())),
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((parts) => CANARY + parts.join("").slice(0, 2_000));

const VISIBLE = /^[\u0020-\u007e]{0,80}$/;
const headerValue = fc.stringMatching(VISIBLE).map((value) => CANARY + value);
const HEADERS = [
  "Accept",
  "Accept-Encoding",
  "Authorization",
  "Cookie",
  "Idempotency-Key",
  "If-Match",
  "If-None-Match",
  "Origin",
  "Range",
  "Referer",
  "User-Agent",
  "X-Bookmark",
  "X-Device-Id",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-HTTP-Method-Override",
  "X-Original-URL",
  "X-Rewrite-URL",
  "traceparent",
] as const;
const TYPES = [
  "application/json",
  "application/json",
  "application/json",
  "application/json; charset=utf-8",
  "application/json; charset=utf-7",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  `${CANARY}/x`,
];

export const hostileHeaders: fc.Arbitrary<Record<string, string>> = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...HEADERS), headerValue, { maxKeys: 5, noNullPrototype: true }),
    fc.constantFrom(...TYPES),
  )
  .map(([headers, type]) => ({ ...headers, "Content-Type": type }));

export const hostileQuery: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom("limit", "cursor", "__proto__", "limit[]"), hostileText), hostileText), {
    maxLength: 4,
  })
  .map((pairs) =>
    pairs
      .map(([name, value]) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`)
      .join("&"),
  );

const NUMBERS = ["1e999", "-0", "0.1e-400", "9007199254740993", "1E400", "123456789012345678901234567890"];
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    hostileText,
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, "", {}, []),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(hostileText, fc.constantFrom("__proto__", "constructor", "toJSON", "length")),
      tie("value"),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  ),
})).value;

/** A body: the route's own with some fields made hostile, or JSON of any kind, or no JSON at all. */
export function hostileBody(own: unknown): fc.Arbitrary<string | Uint8Array<ArrayBuffer>> {
  const fields = typeof own === "object" && own !== null ? Object.keys(own) : [];
  const changed = fc
    .dictionary(fc.constantFrom(...fields, "x", "__proto__", "role"), value, { maxKeys: 3, noNullPrototype: true })
    .map((change) => JSON.stringify(Object.assign({}, own, change)));
  return fc.oneof(
    { weight: 4, arbitrary: changed },
    { weight: 2, arbitrary: value.map((any) => JSON.stringify(any)) },
    { weight: 1, arbitrary: fc.tuple(changed, hostileText).map(([json, tail]) => json + tail) },
    { weight: 1, arbitrary: fc.tuple(changed, fc.nat(200)).map(([json, at]) => json.slice(0, at)) },
    { weight: 1, arbitrary: changed.map((json) => `${json.slice(0, -1)},${json.slice(1)}`) },
    { weight: 1, arbitrary: fc.constantFrom(...NUMBERS).map((number) => `{"percentage":${number},"x":${number}}`) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }).map((depth) => '{"a":['.repeat(depth)) },
  );
}
