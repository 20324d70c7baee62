import { HOUR, type Millis } from "#kernel/time";

/**
 * How unlike the owner a sign-in is. A score, not a verdict: from `SUSPECT_FROM` on the owner is told at once, and money
 * waits for a step-up.
 */

export interface Circumstances {
  readonly now: Millis;
  readonly place: Place | null;
  readonly history: {
    readonly devices: number;
    readonly knowsDevice: boolean;
    readonly knowsCountry: boolean;
    readonly failures: number;
    readonly last: (Place & { readonly at: Millis }) | null;
  };
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Risk {
  readonly score: number;
  readonly signs: readonly RiskSign[];
}

export type RiskSign = "new_device" | "new_country" | "impossible_travel" | "many_failures";

const WEIGHTS: Readonly<Record<RiskSign, number>> = {
  new_device: 30,
  new_country: 30,
  impossible_travel: 40,
  many_failures: 30,
};

export const SUSPECT_FROM = 60;
/** Over which time failures count. */
export const FAILURES_WITHIN_MS = HOUR;
const MANY_FAILURES = 10;
/** Faster than an airliner, over more than the error of a place. */
const MAX_SPEED_KMH = 1_000;
const MIN_DISTANCE_KM = 500;

/** The very first sign-in of an account has nothing to be held against. */
export function assessRisk({ history, place, now }: Circumstances): Risk {
  if (history.devices === 0) return { score: 0, signs: [] };
  const found: Readonly<Record<RiskSign, boolean>> = {
    new_device: !history.knowsDevice,
    new_country: !history.knowsCountry,
    impossible_travel: history.last !== null && place !== null && isTooFar(history.last, place, now - history.last.at),
    many_failures: history.failures >= MANY_FAILURES,
  };
  const signs = (Object.keys(WEIGHTS) as RiskSign[]).filter((sign) => found[sign]);
  return { score: signs.reduce((sum, sign) => sum + WEIGHTS[sign], 0), signs };
}

function isTooFar(from: Place, to: Place, elapsedMs: Millis): boolean {
  const km = distanceKm(from, to);
  return km > MIN_DISTANCE_KM && km > (MAX_SPEED_KMH * elapsedMs) / HOUR;
}

const EARTH_RADIUS_KM = 6_371;

/** Great-circle distance by the haversine formula. */
export function distanceKm(from: Place, to: Place): number {
  const latitude = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const longitude = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const chord = latitude + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * longitude;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
