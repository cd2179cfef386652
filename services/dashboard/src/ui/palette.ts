/** Names of the colours in style/tokens.css that canvases use. */
export type ColorName =
  | "text"
  | "muted"
  | "grid"
  | "line"
  | "label"
  | "accent"
  | "up"
  | "down"
  | "up-faint"
  | "down-faint"
  | "warn"
  | "series-1"
  | "series-2"
  | "series-3"
  | "series-4"
  | "series-5"
  | "series-6";

/** A colour of the present theme: canvases know no custom properties. */
export const color = (name: ColorName): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** The page's own size of text, in pixels; it grows with the screen. */
export const remPx = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
