// How sure the return is: a bar from P5 to P95 for each figure, on an axis of its own; the return's own
// distribution above, where the part gives it.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, values } from "../base";
import type { Picture, Step } from "../frame";
import { percent, short, spoken, tip } from "../words";

interface Bar {
  id: string;
  name: string;
  p5: number;
  p50: number;
  p95: number;
  text: [string, string, string];
}

interface Data {
  bars: Bar[];
  bins: { from: number; to: number; share: number }[] | null;
}

const ROW = 74;
const BINS = 216;

export function irr(data: Data): Picture {
  const bins = data.bins ?? [];
  const top = bins.length > 0 ? BINS : 0;
  const lines = (bar: Bar): [string, string][] => [
    ["P5", bar.text[0]],
    ["P50", bar.text[1]],
    ["P95", bar.text[2]],
  ];
  return {
    height: () => top + data.bars.length * ROW + 8,
    option: (colours) => {
      const text = (bar: Bar): ((value: number) => string) => (bar.id.endsWith("irr") ? percent : short);
      const grids = data.bars.map((_, at) => ({ left: 12, right: 24, top: top + at * ROW + 26, height: 22 }));
      return {
        ...base(colours),
        grid: [...grids, ...(top ? [{ left: 48, right: 24, top: 26, height: BINS - 66 }] : [])],
        xAxis: [
          ...data.bars.map((bar, at) =>
            values(colours, {
              gridIndex: at,
              scale: true,
              name: bar.name,
              nameLocation: "start",
              nameTextStyle: { color: colours.ink, align: "left", verticalAlign: "bottom", padding: [0, 0, 26, 0] },
              nameGap: 0,
              axisLabel: { color: colours.muted, formatter: text(bar), hideOverlap: true },
            }),
          ),
          ...(top
            ? [names(colours, bins.map((bin) => percent((bin.from + bin.to) / 2)), { gridIndex: data.bars.length, axisLabel: { color: colours.muted, hideOverlap: true } })]
            : []),
        ],
        yAxis: [
          ...data.bars.map((bar, at) => names(colours, [bar.name], { gridIndex: at, show: false })),
          ...(top ? [values(colours, { gridIndex: data.bars.length, name: "share of futures, by return a year before debt", nameTextStyle: { color: colours.muted, align: "left", padding: [0, 0, 0, -44] }, axisLabel: { color: colours.muted, formatter: (v: number) => percent(v) } })] : []),
        ],
        tooltip: {
          ...(base(colours)["tooltip"] as object),
          formatter: (one: { seriesIndex: number; dataIndex: number }) => {
            const bar = data.bars[one.seriesIndex];
            const bin = bins[one.dataIndex];
            if (bar) return tip(bar.name, lines(bar), `Over futures; value: distribution.${bar.id}`);
            return bin ? tip(`${percent(bin.from)} to ${percent(bin.to)}`, [["Share of futures", percent(bin.share)]], "value: distribution.irr") : "";
          },
        },
        series: [
          ...data.bars.map((bar, at) => ({
            type: "custom",
            xAxisIndex: at,
            yAxisIndex: at,
            encode: { x: [0, 1, 2], y: 3 },
            data: [[bar.p5, bar.p50, bar.p95, 0]],
            renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
              const [x1, y] = api.coord([api.value(0), 0]) as [number, number];
              const [x2] = api.coord([api.value(1), 0]) as [number, number];
              const [x3] = api.coord([api.value(2), 0]) as [number, number];
              return {
                type: "group",
                children: [
                  { type: "rect", shape: { x: x1, y: y - 5, width: Math.max(x3 - x1, 1), height: 10 }, style: { fill: colours.supply, opacity: 0.4 } },
                  { type: "line", shape: { x1: x2, x2, y1: y - 11, y2: y + 11 }, style: { stroke: colours.supply, lineWidth: 3 } },
                ],
              };
            },
          })),
          ...(top
            ? [{ type: "bar", xAxisIndex: data.bars.length, yAxisIndex: data.bars.length, barCategoryGap: "6%", data: bins.map((bin) => bin.share), itemStyle: { color: colours.supply } }]
            : []),
        ],
      };
    },
    steps: (): Step[] =>
      data.bars.map((bar, at) => ({ seriesIndex: at, dataIndex: 0, text: spoken(bar.name, lines(bar)) })),
  };
}
