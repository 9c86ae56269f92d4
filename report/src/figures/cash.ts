// Money in and out: each kind begins where the one before ended, to what is left.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import { clipped, short, spoken, tip } from "../words";

interface Data {
  currency: string;
  steps: { name: string; amount: number }[];
  net: number;
}

export function cash(data: Data): Picture {
  let sum = 0;
  const bars = data.steps.map(({ name, amount }) => {
    const from = sum;
    sum += amount;
    return { name, from, to: sum, amount };
  });
  bars.push({ name: "left", from: 0, to: data.net, amount: data.net });
  const money = (amount: number): string => `${short(amount)} ${data.currency}`;
  return {
    height: () => 56 + bars.length * 30,
    legend: (colours): LegendEntry[] => [
      { name: "in", mark: "box", colour: colours.good },
      { name: "out", mark: "band", colour: colours.bad },
      { name: "left", mark: "box", colour: colours.ink },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 4, right: 64, top: 6, bottom: 26, containLabel: true },
      xAxis: values(colours, {
        name: data.currency,
        nameLocation: "middle",
        nameGap: 26,
        axisLabel: { color: colours.muted, formatter: short, hideOverlap: true },
      }),
      yAxis: names(
        colours,
        bars.map((bar) => bar.name),
        { inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink, formatter: (t: string) => clipped(t, width < 520 ? 16 : 34) } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { dataIndex: number }) => {
          const bar = bars[one.dataIndex];
          return bar ? tip(bar.name, [["Amount", money(bar.amount)], ["Then", money(bar.to)]], "Mean over futures, undiscounted; value: cash_flows") : "";
        },
      },
      series: [
        {
          type: "custom",
          encode: { x: [0, 1], y: 2 },
          data: bars.map((bar, at) => [bar.from, bar.to, at]),
          renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
            const index = Number(api.value(2));
            const bar = bars[index] as (typeof bars)[number];
            const [x1, y] = api.coord([bar.from, index]) as [number, number];
            const [x2] = api.coord([bar.to, index]) as [number, number];
            const high = ((api.size?.([0, 1]) ?? [0, 0]) as [number, number])[1];
            const isLast = index === bars.length - 1;
            const colour = isLast ? colours.ink : bar.amount >= 0 ? colours.good : colours.bad;
            const [left, wide] = [Math.min(x1, x2), Math.max(Math.abs(x2 - x1), 1)];
            const children: object[] = [
              {
                type: "rect",
                shape: { x: left, y: y - high * 0.32, width: wide, height: high * 0.64 },
                style: { fill: colour, fillOpacity: bar.amount < 0 && !isLast ? 0.35 : 1, stroke: colour, lineWidth: 1 },
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
    steps: (): Step[] =>
      bars.map((bar, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(bar.name, [["", money(bar.amount)]]) })),
  };
}
