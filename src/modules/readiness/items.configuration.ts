import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";

/** What the configuration alone says. */

type Found = Pick<ReadinessItem, "status" | "evidence">;

const PLACEHOLDER = /(?:^|\.)(?:example\.(?:com|org|net)|test|invalid)$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

export function configurationItems(ctx: Ctx): ReadinessItem[] {
  return [...settingItems(ctx), ...secretItems(ctx)];
}

function settingItems(ctx: Ctx): ReadinessItem[] {
  return [
    {
      id: "configuration.origin",
      group: "configuration",
      title: "The public origin is the address that customers open",
      ...origin(ctx),
      fix: "Set PUBLIC_ORIGIN under [vars] of the environment in wrangler.toml.",
    },
    {
      id: "configuration.environment",
      group: "configuration",
      title: "The doors of development are closed",
      ...environment(ctx),
      fix: 'Set ENVIRONMENT = "production" (or "staging"); development opens /dev/* and the sandbox to everybody.',
    },
    {
      id: "configuration.docs",
      group: "configuration",
      title: "The reference is closed in production",
      ...docs(ctx),
      fix: "Take DOCS_ENABLED out of production's [vars], unless the reference is meant for everybody.",
    },
    {
      id: "configuration.cors",
      group: "configuration",
      title: "Browsers of other origins are locked out, or named",
      ...cors(ctx),
      fix: "Name exact https origins in CORS_ORIGINS.",
    },
  ];
}

function secretItems(ctx: Ctx): ReadinessItem[] {
  return [
    {
      id: "security.fieldKeys",
      group: "security",
      title: "Fields at rest are encrypted under random keys",
      ...fieldKeys(ctx),
      fix: "`npm run secret:rotate -- FIELD_KEYS --env production`; a key is 32 random bytes.",
    },
    {
      id: "security.metricsToken",
      group: "security",
      title: "Metrics are behind a secret of their own",
      ...metricsToken(ctx),
      fix: "`npm run secret:rotate -- METRICS_TOKEN --env production`, and give it to Prometheus.",
    },
    {
      id: "security.limits",
      group: "security",
      title: "Limits per source are on",
      ...limits(ctx),
      fix: "Take RATE_LIMIT_SCALE out of the environment, or set it to 1.",
    },
    {
      id: "operations.errors",
      group: "operations",
      title: "Errors are reported",
      status: ctx.config.sentryDsn === null ? "warn" : "pass",
      evidence: ctx.config.sentryDsn === null ? "SENTRY_DSN is not set." : "They go to Sentry.",
      fix: "Set SENTRY_DSN to your project's address.",
    },
  ];
}

function origin({ config }: Ctx): Found {
  const { protocol, hostname } = new URL(config.publicOrigin);
  if (config.development) return { status: "pass", evidence: `${config.publicOrigin}, in development.` };
  const real = protocol === "https:" && !PLACEHOLDER.test(hostname) && !LOOPBACK.test(hostname);
  return { status: real ? "pass" : "fail", evidence: config.publicOrigin };
}

function environment({ config }: Ctx): Found {
  const reachable = !LOOPBACK.test(new URL(config.publicOrigin).hostname);
  const open = config.development && reachable;
  return {
    status: open ? "fail" : "pass",
    evidence: `ENVIRONMENT is ${config.environment}${open ? ` at ${config.publicOrigin}` : ""}.`,
  };
}

function docs({ config }: Ctx): Found {
  const open = config.environment === "production" && config.docsEnabled;
  return { status: open ? "warn" : "pass", evidence: config.docsEnabled ? "It is open." : "It is closed." };
}

function cors({ config }: Ctx): Found {
  const origins = [...config.corsOrigins];
  const insecure = config.development ? [] : origins.filter((text) => !text.startsWith("https://"));
  return {
    status: insecure.length > 0 ? "fail" : "pass",
    evidence: insecure.length > 0 ? `Not https: ${insecure.join(", ")}.` : origins.join(", ") || "No other origin.",
  };
}

/** A key of a few different characters was typed, not drawn. */
function fieldKeys({ config }: Ctx): Found {
  const weak = config.fieldKeys.filter(({ key }) => new Set(key).size < 12).map(({ id }) => id);
  return {
    status: weak.length > 0 ? (config.development ? "warn" : "fail") : "pass",
    evidence:
      weak.length > 0
        ? `Not random: ${weak.join(", ")}.`
        : `${config.fieldKeys.length} keys; ${config.fieldKeys[0]?.id ?? ""} writes.`,
  };
}

function metricsToken({ config }: Ctx): Found {
  if (config.metricsToken === null)
    return { status: "warn", evidence: "METRICS_TOKEN is not set: /metrics is closed." };
  const known = !config.development && /development|example|secret/i.test(config.metricsToken);
  return { status: known ? "fail" : "pass", evidence: known ? "It is a published one." : "It is set." };
}

function limits({ config }: Ctx): Found {
  const wide = !config.development && config.rateLimitScale > 1;
  return { status: wide ? "fail" : "pass", evidence: `RATE_LIMIT_SCALE is ${config.rateLimitScale}.` };
}
