// A waterfall: each step begins where the one before ended, and the last bar is all that is left.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, values } from "./base";
import type { LegendEntry, Picture, Step } from "./frame";
import type { Palette } from "./theme";
import { clipped, short, spoken, tip } from "./words";

export interface Amount {
  name: string;
  amount: number;
}

/** A step with where it begins and ends. */
export interface Bar extends Amount {
  from: number;
  to: number;
}

interface Waterfall {
  steps: Amount[];
  /** The last bar, from nothing to what is left. */
  left: Amount;
  axis: string;
  /** Letters of a name that a phone has room for. */
  narrow: number;
  legend: (colours: Palette) => LegendEntry[];
  /** Colour of a step, and whether it is only tinted. */
  fill: (colours: Palette, bar: Bar) => { colour: string; isTinted: boolean };
  lines: (bar: Bar) => [string, string][];
  read: (bar: Bar) => [string, string][];
  source: string;
}

export function waterfall(of: Waterfall): Picture {
  let sum = 0;
  const bars: Bar[] = of.steps.map(({ name, amount }) => {
    const from = sum;
    sum += amount;
    return { name, from, to: sum, amount };
  });
  bars.push({ ...of.left, from: 0, to: of.left.amount });
  return {
    height: () => 56 + bars.length * 30,
    legend: of.legend,
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 4, right: 64, top: 6, bottom: 26, containLabel: true },
      xAxis: values(colours, {
        name: of.axis,
        nameLocation: "middle",
        nameGap: 26,
        axisLabel: { color: colours.muted, formatter: short, hideOverlap: true },
      }),
      yAxis: names(
        colours,
        bars.map((bar) => bar.name),
        { inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink, formatter: (t: string) => clipped(t, width < 520 ? of.narrow : 34) } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { dataIndex: number }) => {
          const bar = bars[one.dataIndex];
          return bar ? tip(bar.name, of.lines(bar), of.source) : "";
        },
      },
      series: [
        {
          type: "custom",
          encode: { x: [0, 1], y: 2 },
          data: bars.map((bar, at) => [bar.from, bar.to, at]),
          renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
            const index = Number(api.value(2));
            const bar = bars[index] as Bar;
            const [x1, y] = api.coord([bar.from, index]) as [number, number];
            const [x2] = api.coord([bar.to, index]) as [number, number];
            const high = ((api.size?.([0, 1]) ?? [0, 0]) as [number, number])[1];
            const isLast = index === bars.length - 1;
            const { colour, isTinted } = isLast ? { colour: colours.ink, isTinted: false } : of.fill(colours, bar);
            const children: object[] = [
              {
                type: "rect",
                shape: { x: Math.min(x1, x2), y: y - high * 0.32, width: Math.max(Math.abs(x2 - x1), 1), height: high * 0.64 },
                style: { fill: colour, fillOpacity: isTinted ? 0.35 : 1, stroke: colour, lineWidth: 1 },
              },
              {
                type: "text",
                style: { x: Math.max(x1, x2) + 5, y, text: short(bar.amount), fill: colours.ink, textVerticalAlign: "middle", fontSize: 12 },
              },
            ];
            if (!isLast) {
              children.push({ type: "line", shape: { x1: x2, x2, y1: y, y2: y + high }, style: { stroke: colours.muted, lineWidth: 0.75, lineDash: [2, 2] } });
            }
            return { type: "group", children };
          },
        },
      ],
    }),
    steps: (): Step[] => bars.map((bar, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(bar.name, of.read(bar)) })),
  };
}
