// What each supplier is worth: volume, and not being one of the others.

import { HATCH, base, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import { clipped, short, spoken, tip } from "../words";

interface Row {
  name: string;
  diversification: number | null;
  volume: number | null;
}

export function diversification(data: { rows: Row[] }): Picture {
  const lines = (row: Row): [string, string][] => [
    ["Volume", `${short(row.volume ?? 0)} GPUh a year`],
    ["Diversification", `${short(row.diversification ?? 0)} GPUh a year`],
  ];
  return {
    height: () => 56 + data.rows.length * 34,
    legend: (colours): LegendEntry[] => [
      { name: "volume", mark: "box", colour: colours.supply },
      { name: "diversification", mark: "hatched", colour: colours.demand },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 4, right: 24, top: 6, bottom: 26, containLabel: true },
      xAxis: values(colours, {
        name: "unserved work avoided, GPUh a year",
        nameLocation: "middle",
        nameGap: 26,
        axisLabel: { color: colours.muted, formatter: short, hideOverlap: true },
      }),
      yAxis: names(
        colours,
        data.rows.map((row) => row.name),
        { inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink, formatter: (t: string) => clipped(t, width < 520 ? 18 : 38) } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { dataIndex: number }) => {
          const row = data.rows[one.dataIndex] as Row;
          return tip(row.name, lines(row), "stress: diversification");
        },
      },
      series: [
        { type: "bar", stack: "worth", barWidth: 18, data: data.rows.map((row) => row.volume), itemStyle: { color: colours.supply } },
        {
          type: "bar",
          stack: "worth",
          data: data.rows.map((row) => row.diversification),
          itemStyle: { color: colours.demand, opacity: 0.85, decal: { ...HATCH, color: colours.paper } },
        },
      ],
    }),
    steps: (): Step[] =>
      data.rows.map((row, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(row.name, lines(row)) })),
  };
}
