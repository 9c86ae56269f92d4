// What was said in public beside what the book comes to: a row for each figure, the mark at the part of what was said.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import { clipped, percent, pinched, spoken, tip } from "../words";

interface Row {
  name: string;
  ratio: number;
  holds: boolean;
  said: string;
  found: string;
  source: string;
  why: string;
}

const HEIGHT = 30;
/// What is further off is drawn at the edge.
const MOST = 2;

export function claims(data: Data): Picture {
  const lines = (row: Row): [string, string][] => [
    ["Said", row.said],
    ["Model", row.found],
    ["Model over said", percent(row.ratio)],
  ];
  const most = Math.min(MOST, Math.max(1.25, ...data.rows.map((row) => row.ratio * 1.1)));
  return {
    height: () => data.rows.length * HEIGHT + 44,
    legend: (colours): LegendEntry[] => [
      { name: "said", mark: "tick", colour: colours.ink },
      { name: "model, comes out", mark: "dot", colour: colours.supply },
      { name: "model, does not", mark: "triangle", colour: colours.bad },
    ],
    option: (colours, width) => {
      const isNarrow = width < 560;
      return {
        ...base(colours),
        grid: { left: 4, right: isNarrow ? 12 : 200, top: 6, bottom: 4, containLabel: true },
        xAxis: values(colours, { min: 0, max: most, interval: 0.25, axisLabel: { color: colours.muted, formatter: (part: number) => (part % 0.25 === 0 && !(isNarrow && part % 0.5) ? percent(part) : "") } }),
        yAxis: names(
          colours,
          data.rows.map((row) => row.name),
          {
            inverse: true,
            axisLine: { show: false },
            axisLabel: { color: colours.ink, fontSize: 12, interval: 0, formatter: (text: string) => pinched(text, isNarrow ? 20 : 40) },
          },
        ),
        tooltip: {
          ...(base(colours)["tooltip"] as object),
          formatter: (one: { dataIndex: number }) => {
            const row = data.rows[one.dataIndex];
            return row ? tip(row.name, lines(row), [row.why, `${row.source}; value: projects.claims`].filter(Boolean).join(" ")) : "";
          },
        },
        series: [
          {
            type: "custom",
            encode: { x: 0, y: 1 },
            data: data.rows.map((row, at) => [Math.min(Math.max(row.ratio, 0), most), at]),
            renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
              const row = data.rows[params.dataIndex];
              if (!row) return null;
              const area = params.coordSys as unknown as { x: number; width: number };
              const [x, y] = api.coord([api.value(0), api.value(1)]) as [number, number];
              const [one] = api.coord([1, api.value(1)]) as [number, number];
              const colour = row.holds ? colours.supply : colours.bad;
              const mark = row.holds
                ? { type: "circle", shape: { cx: x, cy: y, r: 5.5 }, style: { fill: colour } }
                : { type: "polygon", shape: { points: [[x, y - 7], [x + 7, y + 5], [x - 7, y + 5]] }, style: { fill: colours.paper, stroke: colour, lineWidth: 2 } };
              return {
                type: "group",
                children: [
                  { type: "rect", shape: { x: area.x, y: y - HEIGHT / 2, width: area.width, height: HEIGHT }, style: { fill: "transparent" } },
                  { type: "line", shape: { x1: one, x2: x, y1: y, y2: y }, style: { stroke: colour, lineWidth: 2, lineDash: row.holds ? null : [4, 3] } },
                  { type: "line", shape: { x1: one, x2: one, y1: y - 9, y2: y + 9 }, style: { stroke: colours.ink, lineWidth: 2.5 } },
                  mark,
                  ...(isNarrow
                    ? []
                    : [
                        {
                          type: "text",
                          style: {
                            text: clipped(`${row.said} said, ${row.found}`, 30),
                            x: area.x + area.width + 12,
                            y,
                            fill: row.holds ? colours.muted : colours.ink,
                            verticalAlign: "middle",
                            fontSize: 12,
                          },
                        },
                      ]),
                ],
              };
            },
          },
        ],
      };
    },
    steps: (): Step[] =>
      data.rows.map((row, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(row.name, [...lines(row), ...(row.why ? [["Why", row.why] as [string, string]] : [])]) })),
  };
}

interface Data {
  rows: Row[];
}
