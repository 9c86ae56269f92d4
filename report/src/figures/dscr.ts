// Cash over debt service against months late.

import { base, values } from "../base";
import type { Picture, Step } from "../frame";
import { spoken, tip } from "../words";

interface Data {
  least: number;
  points: [number, number][];
  marks: [string, number][];
}

export function dscr(data: Data): Picture {
  const head = ([months]: [number, number]): string => `${months} months late`;
  const lines = ([, found]: [number, number]): [string, string][] => [
    ["Least DSCR", found.toFixed(2)],
    ["Lenders ask for", data.least.toFixed(2)],
  ];
  return {
    height: () => 320,
    option: (colours) => ({
      ...base(colours),
      grid: { left: 8, right: 24, top: 30, bottom: 26, containLabel: true },
      xAxis: values(colours, { name: "months late", nameLocation: "middle", nameGap: 28, minInterval: 1, splitLine: { show: false } }),
      yAxis: values(colours, { name: "least DSCR", ...(data.points.some(([, found]) => found < 0) ? {} : { min: 0 }) }),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        trigger: "axis",
        formatter: (all: { dataIndex: number }[]) => {
          const point = data.points[all[0]?.dataIndex ?? 0];
          return point ? tip(head(point), lines(point), "As promised but late; value: projects.delay") : "";
        },
      },
      series: [
        {
          type: "line",
          data: data.points,
          symbol: "circle",
          symbolSize: 7,
          lineStyle: { color: colours.supply, width: 2.5 },
          itemStyle: { color: colours.supply },
          markLine: {
            symbol: "none",
            silent: true,
            data: [
              { yAxis: data.least },
              ...data.marks.map(([name, month]) => ({
                xAxis: month,
                lineStyle: { color: colours.muted },
                label: { formatter: name, color: colours.muted, position: "end", rotate: 0 },
              })),
            ],
            lineStyle: { color: colours.bad, type: "dashed", width: 1.5 },
            label: { formatter: `lenders ask for ${data.least}`, color: colours.bad, position: "insideEndTop" },
          },
        },
      ],
    }),
    steps: (): Step[] =>
      data.points.map((point, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(head(point), lines(point)) })),
  };
}
