/**
 * SQL for a double, 0 or more and below 1e15, as Decimal(38, 18): the decimal that its source wrote, cut after 18 digits.
 * By way of its digits, since the server's own conversion goes through long doubles and gives 100.000000000000000003 for
 * 100, except where the expression was compiled meanwhile: two answers for one value. (schema/08 does the same.)
 */
export const exactDecimal = (value: string): string => `toDecimal128(toString(${value}), 18)`;
