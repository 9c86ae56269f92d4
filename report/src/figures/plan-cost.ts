// What the plan costs: each term begins where the one before ended, to all of it.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import { clipped, percent, short, spoken, tip } from "../words";

interface Data {
  currency: string;
  steps: { name: string; amount: number }[];
  all: number;
}

export function planCost(data: Data): Picture {
  let sum = 0;
  const bars = data.steps.map(({ name, amount }) => {
    const from = sum;
    sum += amount;
    return { name, from, to: sum, amount };
  });
  bars.push({ name: "all", from: 0, to: data.all, amount: data.all });
  type Bar = (typeof bars)[number];
  const lines = (bar: Bar): [string, string][] => [
    ["Expected", `${short(bar.amount)} ${data.currency}`],
    ["Of all", percent(data.all === 0 ? 0 : bar.amount / data.all)],
  ];
  const isLost = (name: string): boolean => name === "unserved work";
  return {
    height: () => 56 + bars.length * 30,
    legend: (colours): LegendEntry[] => [
      { name: "paid", mark: "box", colour: colours.supply },
      { name: "value of work that goes unserved", mark: "band", colour: colours.bad },
      ...(data.steps.some(({ amount }) => amount < 0) ? [{ name: "credited", mark: "box", colour: colours.good } as LegendEntry] : []),
      { name: "all", mark: "box", colour: colours.ink },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 4, right: 64, top: 6, bottom: 26, containLabel: true },
      xAxis: values(colours, {
        name: `${data.currency}, expected and discounted`,
        nameLocation: "middle",
        nameGap: 26,
        axisLabel: { color: colours.muted, formatter: short, hideOverlap: true },
      }),
      yAxis: names(
        colours,
        bars.map((bar) => bar.name),
        { inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink, formatter: (t: string) => clipped(t, width < 520 ? 18 : 34) } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { dataIndex: number }) => {
          const bar = bars[one.dataIndex];
          return bar ? tip(bar.name, lines(bar), "Mean over futures, discounted; plan: cost.by_term") : "";
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
            const colour = isLast ? colours.ink : bar.amount < 0 ? colours.good : isLost(bar.name) ? colours.bad : colours.supply;
            const children: object[] = [
              {
                type: "rect",
                shape: { x: Math.min(x1, x2), y: y - high * 0.32, width: Math.max(Math.abs(x2 - x1), 1), height: high * 0.64 },
                style: { fill: colour, fillOpacity: isLost(bar.name) && !isLast ? 0.35 : 1, stroke: colour, lineWidth: 1 },
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
    steps: (): Step[] => bars.map((bar, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(bar.name, lines(bar)) })),
  };
}
