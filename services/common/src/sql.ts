/**
 * SQL for a double, 0 or more and below 1e19, as Decimal(38, 18): the double nearest to value * 1e18, cut to a whole number.
 * The server's own toDecimal128 goes through long doubles and gives 100.000000000000000003 for 100, except where the
 * expression was compiled meanwhile: two answers for one value. Here the product is taken apart into two halves of 64
 * bits, each of which converts exactly. (schema/08 says the same in its own words.)
 */
export function exactDecimal(value: string): string {
  const product = `${value} * 1e18`;
  const upperHalf = `floor(${product} / exp2(64))`;
  const whole = `toInt128(toUInt64(${upperHalf})) * toInt128('18446744073709551616')`;
  return `reinterpret(${whole} + toInt128(toUInt64(${product} - ${upperHalf} * exp2(64))), 'Decimal(38, 18)')`;
}
