import type { Ctx } from "#platform/ctx";
import { generatedProvider } from "./generated.ts";
import type { Provider } from "./provider.ts";
import { alpacaProvider } from "./provider.alpaca.ts";
import { polygonProvider } from "./provider.polygon.ts";

const PROVIDERS = { generated: generatedProvider, polygon: polygonProvider, alpaca: alpacaProvider } as const;

/** Where this installation has its bars from. */
export function providerOf(ctx: Ctx): Provider {
  return PROVIDERS[ctx.config.marketProvider];
}
