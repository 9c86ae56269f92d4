// What a megawatt earns a year in each use, and what it returns: two bars and, beside them, the rate.

import { base, HATCH, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import type { Palette } from "../theme";
import { percent, pinched, short, spoken, tip } from "../words";

interface Row {
  name: string;
  is_own: boolean;
  revenue: number | null;
  ebitda: number | null;
  capital: number | null;
  irr: number | null;
  text: [revenue: string, ebitda: string, capital: string, irr: string, npv: string];
}

interface Data {
  currency: string;
  rows: Row[];
}

const SOURCE = "For a megawatt of critical IT load, as promised; value: uses";
const ROW = 46;
const NARROW = 640;

/// Returns the room for names beside the bars.
function beside(width: number): number {
  return Math.min(310, width * 0.3);
}

export function uses(data: Data): Picture {
  const lines = (row: Row): [string, string][] => [
    ["Revenue a year", row.text[0]],
    ["EBITDA a year", row.text[1]],
    ["To build", row.text[2]],
    ["IRR", row.text[3]],
    ["NPV", row.text[4]],
  ];
  const body = data.rows.length * ROW;
  const panel = (at: number, width: number): Record<string, unknown> => {
    if (width < NARROW) return { left: 4, right: 52, top: at === 0 ? 30 : body + 66, height: body };
    const names = beside(width);
    const room = width - names;
    return at === 0 ? { left: names, width: room * 0.56, top: 30, height: body } : { left: names + room * 0.7, right: 52, top: 30, height: body };
  };
  return {
    height: (width) => (width < NARROW ? 2 * body + 70 : body + 34),
    legend: (colours): LegendEntry[] => [
      { name: "revenue a year", mark: "hatched", colour: colours.supply },
      { name: "EBITDA a year", mark: "box", colour: colours.supply },
      { name: "rate of return", mark: "box", colour: colours.demand },
    ],
    option: (colours: Palette, width: number) => {
      const isNarrow = width < NARROW;
      // Where there is no room beside the bars, the name stands above them.
      const label = {
        color: colours.ink,
        fontSize: 12,
        interval: 0,
        formatter: (text: string) => pinched(text, isNarrow ? 44 : Math.floor(beside(width) / 6.6)),
        ...(isNarrow ? { inside: true, align: "left", verticalAlign: "bottom", padding: [0, 0, 13, -4] } : {}),
      };
      const axis = (at: number): Record<string, unknown> =>
        names(colours, data.rows.map((row) => row.name), {
          gridIndex: at,
          inverse: true,
          z: 10,
          axisLine: { show: false },
          axisLabel: { ...label, show: isNarrow || at === 0 },
        });
      const bar = (of: (row: Row) => number | null, at: number, more: Record<string, unknown>, written: (value: number) => string): Record<string, unknown> => ({
        type: "bar",
        xAxisIndex: at,
        yAxisIndex: at,
        barWidth: isNarrow ? 9 : 13,
        barGap: "15%",
        data: data.rows.map(of),
        label: { show: true, position: "right", color: colours.ink, fontSize: 11, formatter: (one: { value: number }) => written(one.value) },
        ...more,
      });
      const shift = isNarrow ? { barCategoryGap: "46%" } : {};
      return {
        ...base(colours),
        grid: [panel(0, width), panel(1, width)],
        xAxis: [
          values(colours, { gridIndex: 0, name: `${data.currency} a megawatt and year`, nameLocation: "start", position: "top", nameTextStyle: { color: colours.muted, align: "left", verticalAlign: "bottom", padding: [0, 0, 8, 0] }, nameGap: 0, axisLabel: { show: false }, splitLine: { show: false } }),
          values(colours, { gridIndex: 1, name: "rate of return a year", nameLocation: "start", position: "top", nameTextStyle: { color: colours.muted, align: "left", verticalAlign: "bottom", padding: [0, 0, 8, 0] }, nameGap: 0, axisLabel: { show: false }, splitLine: { show: false } }),
        ],
        yAxis: [axis(0), axis(1)],
        tooltip: {
          ...(base(colours)["tooltip"] as object),
          formatter: (one: { dataIndex: number }) => {
            const row = data.rows[one.dataIndex];
            return row ? tip(row.name, lines(row), SOURCE) : "";
          },
        },
        series: [
          bar((row) => row.revenue, 0, { ...shift, itemStyle: { color: colours.ramp[0], borderColor: colours.supply, borderWidth: 1, decal: { ...HATCH, color: colours.supply } } }, short),
          bar((row) => row.ebitda, 0, { ...shift, itemStyle: { color: colours.supply } }, short),
          bar((row) => row.irr, 1, { ...shift, barWidth: isNarrow ? 12 : 18, itemStyle: { color: colours.demand } }, percent),
        ],
      };
    },
    steps: (): Step[] => data.rows.map((row, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(row.name, lines(row)) })),
  };
}
