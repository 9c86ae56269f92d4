// What each single change would do to what goes unserved, the largest first.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import { pinched, short, spoken, tip } from "../words";

interface Row {
  name: string;
  kind: string;
  mean: number;
  error: number | null;
  secure: boolean | null;
}

interface Data {
  rows: Row[];
  base: number | null;
  all: number;
}

export function tornado(data: Data): Picture {
  const lines = (row: Row): [string, string][] => [
    ["Kind", row.kind],
    ["Unserved", `${row.mean >= 0 ? "+" : ""}${short(row.mean)} ± ${row.error === null ? "?" : short(row.error)} GPUh a year`],
    ...(data.base ? ([["Of the whole", `${((row.mean / data.base) * 100).toFixed(1)} %`]] as [string, string][]) : []),
    ...(row.secure === null || row.secure === undefined
      ? []
      : ([["Still holds", row.secure ? "yes" : "no"]] as [string, string][])),
  ];
  return {
    height: () => 56 + data.rows.length * 24,
    legend: (colours): LegendEntry[] => [
      { name: "more goes unserved (to the right)", mark: "box", colour: colours.bad },
      { name: "less (to the left)", mark: "box", colour: colours.good },
      { name: "± one standard error of the change", mark: "line", colour: colours.ink },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 4, right: 24, top: 6, bottom: 26, containLabel: true },
      xAxis: values(colours, {
        name: "change of unserved work, GPUh a year",
        nameLocation: "middle",
        nameGap: 26,
        axisLabel: { color: colours.muted, formatter: short, hideOverlap: true },
      }),
      yAxis: names(
        colours,
        data.rows.map((row) => row.name),
        { inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink, formatter: (t: string) => pinched(t, width < 520 ? 18 : 38) } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { dataIndex: number }) => {
          const row = data.rows[one.dataIndex] as Row;
          return tip(row.name, lines(row), "The same futures with and without; stress: stresses");
        },
      },
      series: [
        {
          type: "bar",
          barWidth: "62%",
          data: data.rows.map((row) => ({
            value: row.mean,
            itemStyle: { color: row.mean >= 0 ? colours.bad : colours.good },
          })),
        },
        {
          type: "custom",
          silent: true,
          z: 5,
          data: data.rows.map((row, at) => [row.mean - (row.error ?? 0), row.mean + (row.error ?? 0), at]),
          encode: { x: [0, 1], y: 2 },
          renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
            const [x1, y] = api.coord([api.value(0), api.value(2)]) as [number, number];
            const [x2] = api.coord([api.value(1), api.value(2)]) as [number, number];
            return { type: "line", shape: { x1, y1: y, x2, y2: y }, style: { stroke: colours.ink, lineWidth: 2 } };
          },
        },
      ],
    }),
    steps: (): Step[] =>
      data.rows.map((row, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(row.name, lines(row)) })),
  };
}
