/**
 * The q-quantile (0 to 1) by linear interpolation between the two nearest ranks (Hyndman and Fan's type 7, the default
 * of R and NumPy); of two middles, the median is their mean. NaN without values. Pure.
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (sorted.length - 1) * q;
  const lower = sorted[Math.floor(rank)] ?? Number.NaN;
  const upper = sorted[Math.ceil(rank)] ?? Number.NaN;
  return lower + (upper - lower) * (rank - Math.floor(rank));
}
