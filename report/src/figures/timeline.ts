// When each tranche comes: its term as promised, and its day in service from P10 to P90.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, times } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import type { Palette } from "../theme";
import { day, instant, percent, pinched, spoken, tip, whole } from "../words";

interface Row {
  tranche: string;
  supplier: string;
  gpus: number;
  promised: string;
  whole: string;
  end: string;
  p10: string | null;
  p50: string | null;
  p90: string | null;
  never: number;
  delivered: boolean;
  why: string | null;
}

interface Data {
  from: string;
  until: string;
  as_of: string;
  rows: Row[];
}

export function timeline(data: Data): Picture {
  const first = Math.min(instant(data.as_of), instant(data.from));
  const last = instant(data.until);
  const clamp = (text: string | null): number => (text ? Math.min(Math.max(instant(text), first), last) : last);
  const lines = (row: Row): [string, string][] => [
    ["Supplier", row.supplier],
    ["GPUs", whole(row.gpus)],
    [row.delivered ? "Delivered" : "Promised", day(row.promised)],
    ...(row.delivered
      ? []
      : ([
          ["P10", day(row.p10)],
          ["P50", day(row.p50)],
          ["P90", day(row.p90)],
          ["Never", percent(row.never)],
        ] as [string, string][])),
    ["In use to", day(row.end)],
  ];
  const draw = (colours: Palette) => (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
    const index = Number(api.value(0));
    const row = data.rows[index] as Row;
    const at = (time: number): [number, number] => api.coord([time, index]) as [number, number];
    const high = ((api.size?.([0, 1]) ?? [0, 0]) as [number, number])[1];
    const y = at(first)[1];
    const bar = (from: number, to: number, share: number, style: object): object => ({
      type: "rect",
      shape: { x: at(from)[0], y: y - (high * share) / 2, width: Math.max(at(to)[0] - at(from)[0], 1), height: high * share },
      style,
    });
    const tick = (time: number, share: number, style: object): object => {
      const x = at(time)[0];
      return { type: "line", shape: { x1: x, x2: x, y1: y - (high * share) / 2, y2: y + (high * share) / 2 }, style };
    };
    const parts: object[] = [
      bar(clamp(row.promised), clamp(row.end), 0.5, {
        fill: colours.supply,
        opacity: row.delivered ? 0.5 : 0.18,
        stroke: row.delivered ? "none" : colours.supply,
        lineWidth: 0.5,
      }),
    ];
    if (!row.delivered) {
      if (row.p10) parts.push(bar(clamp(row.p10), clamp(row.p90), 0.2, { fill: colours.demand, opacity: 0.95 }));
      if (row.p50) {
        const [x] = at(clamp(row.p50));
        parts.push({
          type: "circle",
          shape: { cx: x, cy: y, r: Math.min(5, high * 0.25) },
          style: { fill: colours.paper, stroke: colours.demand, lineWidth: 2.5 },
        });
      }
      if (!row.p90 || instant(row.p90) > last) {
        const [x] = at(last);
        parts.push({
          type: "polygon",
          shape: { points: [[x - 7, y - 5], [x, y], [x - 7, y + 5]] },
          style: { fill: colours.demand },
        });
      }
      parts.push(tick(clamp(row.promised), 0.7, { stroke: colours.ink, lineWidth: 2 }));
    }
    return { type: "group", children: parts };
  };
  return {
    height: () => 50 + data.rows.length * 26,
    legend: (colours): LegendEntry[] => [
      { name: "promised day", mark: "tick", colour: colours.ink },
      { name: "in use as promised", mark: "band", colour: colours.supply },
      { name: "first racks in service, P10 to P90", mark: "line", colour: colours.demand },
      { name: "its median", mark: "dot", colour: colours.demand },
    ],
    option: (colours, width) => {
      const room = width < 520 ? 18 : 34;
      return {
        ...base(colours),
        grid: { left: 4, right: 16, top: 8, bottom: 8, containLabel: true },
        xAxis: times(colours, {
          min: first,
          max: last,
          minInterval: 365 * 864e5,
          axisLabel: { color: colours.muted, formatter: "{yyyy}", hideOverlap: true },
          splitLine: { show: true, lineStyle: { color: colours.line } },
        }),
        yAxis: names(
          colours,
          data.rows.map((row) => row.tranche),
          { inverse: true, axisLabel: { color: colours.ink, formatter: (text: string) => pinched(text, room) } },
        ),
        tooltip: {
          ...(base(colours)["tooltip"] as object),
          formatter: (one: { dataIndex: number }) => {
            const row = data.rows[one.dataIndex] as Row;
            return tip(row.tranche, lines(row), row.why ?? "assess: deliveries");
          },
        },
        series: [{ type: "custom", renderItem: draw(colours), encode: { y: 0 }, clip: true, data: data.rows.map((_, at) => [at]) }],
      };
    },
    steps: (): Step[] =>
      data.rows.map((row, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(row.tranche, lines(row)) })),
  };
}
