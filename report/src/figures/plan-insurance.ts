// What of the plan is insurance: GPUs of each offer that are signed in any case, as insurance, or not for what may fail.

import { HATCH, base, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import { clipped, short, spoken, tip, whole } from "../words";

interface Row {
  offer: string;
  needed: number;
  insurance: number;
  given_up: number;
}

export function planInsurance(data: { rows: Row[] }): Picture {
  const lines = (row: Row): [string, string][] => [
    ["In any case", `${whole(row.needed)} GPUs`],
    ["As insurance", `${whole(row.insurance)} GPUs`],
    ["Not signed, for it may fail", `${whole(row.given_up)} GPUs`],
  ];
  const bar = (key: "needed" | "insurance" | "given_up", itemStyle: object): object => ({
    type: "bar",
    stack: "gpus",
    barWidth: 18,
    data: data.rows.map((row) => row[key]),
    itemStyle,
  });
  return {
    height: () => 56 + data.rows.length * 34,
    legend: (colours): LegendEntry[] => [
      { name: "signed in any case", mark: "box", colour: colours.supply },
      { name: "signed as insurance", mark: "hatched", colour: colours.demand },
      { name: "not signed, for it may fail", mark: "box", colour: colours.muted },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 4, right: 24, top: 6, bottom: 26, containLabel: true },
      xAxis: values(colours, {
        name: "GPUs",
        nameLocation: "middle",
        nameGap: 26,
        axisLabel: { color: colours.muted, formatter: short, hideOverlap: true },
      }),
      yAxis: names(
        colours,
        data.rows.map((row) => row.offer),
        { inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink, formatter: (t: string) => clipped(t, width < 520 ? 18 : 38) } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { dataIndex: number }) => {
          const row = data.rows[one.dataIndex] as Row;
          return tip(row.offer, lines(row), "plan: insurance");
        },
      },
      series: [
        bar("needed", { color: colours.supply }),
        bar("insurance", { color: colours.demand, opacity: 0.85, decal: { ...HATCH, color: colours.paper } }),
        bar("given_up", { color: colours.muted, opacity: 0.4 }),
      ],
    }),
    steps: (): Step[] =>
      data.rows.map((row, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(row.offer, lines(row)) })),
  };
}
