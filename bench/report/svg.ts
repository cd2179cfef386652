import { type EChartsOption, init } from "echarts";

export const FONT = "sans-serif";
export const INK = "#222";

/** Draws a chart as SVG text without a browser. On white, since a README may be read on black. */
export function renderSvg(width: number, height: number, option: EChartsOption): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: "#fff",
      textStyle: { fontFamily: FONT, color: INK },
      ...option,
    });
    return `${chart.renderToSVGString()}\n`;
  } finally {
    chart.dispose();
  }
}
