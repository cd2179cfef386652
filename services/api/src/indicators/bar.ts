/** What an indicator reads of a bar. */
export interface IndicatorBar {
  /** Start, `2025-11-10T17:23:00Z`. */
  readonly time: string;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Units traded. */
  readonly volume: number;
  /** Volume-weighted average price of the bar. */
  readonly vwap: number;
}
