/**
 * A decimal as the nearest double. `toFloat64` alone divides a 38-digit integer and is off by a bit for a whole
 * number like 5646; whole and fractional part each convert exactly (to 15 digits), and their sum rounds once.
 */
export const nearestFloat = (decimal: string): string =>
  `(toFloat64(toInt128(${decimal})) + toFloat64(${decimal} - toInt128(${decimal})))`;

/** A moment of microseconds as the API writes it. */
export const isoMicros = (moment: string): string =>
  `formatDateTime(${moment}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC')`;
