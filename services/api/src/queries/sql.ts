/**
 * A decimal as the nearest double, by way of its digits: `toFloat64` alone divides a 38-digit integer and is off by a
 * bit for a whole number like 5646.
 */
export const nearestFloat = (decimal: string): string => `toFloat64(toString(${decimal}))`;

/** A moment of microseconds as the API writes it. */
export const isoMicros = (moment: string): string =>
  `formatDateTime(${moment}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC')`;
