// What to sign: the term of each contract as promised, and the fan from the promised day over the median to P90.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, times } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import type { Palette } from "../theme";
import { day, instant, percent, pinched, spoken, tip, whole } from "../words";

interface Row {
  offer: string;
  seller: string;
  site: string;
  gpus: number;
  sign_on: string;
  promised: string;
  p50: string | null;
  p90: string | null;
  never: number | null;
  end: string;
  price: string;
  cost: string;
}

interface Data {
  from: string;
  until: string;
  rows: Row[];
}

const SOURCE = "Days in service over 10,000 futures; plan: sign";
const ROW = 34;

export function planSign(data: Data): Picture {
  // Room for the mark of what is signed on the first day.
  const first = instant(data.from) - 12 * 864e5;
  const ends = data.rows.map((row) => instant(row.p90 ?? data.until));
  const last = Math.max(instant(data.until), ...ends);
  const clamp = (text: string | null): number => (text ? Math.min(Math.max(instant(text), first), last) : last);
  const lines = (row: Row): [string, string][] => [
    ["From, at", `${row.seller}, ${row.site}`],
    ["GPUs", whole(row.gpus)],
    ["Asked an hour", row.price],
    ["Expected cost", row.cost],
    ["Sign on", day(row.sign_on)],
    ["Promised", day(row.promised)],
    ["P50", day(row.p50)],
    ["P90", day(row.p90)],
    ["Never", percent(row.never)],
    ["In use to", day(row.end)],
  ];
  const draw = (colours: Palette) => (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
    const index = Number(api.value(0));
    const row = data.rows[index] as Row;
    const at = (time: number): number => (api.coord([time, index]) as [number, number])[0];
    const y = (api.coord([first, index]) as [number, number])[1];
    const [sign, start, p50, p90, end] = [row.sign_on, row.promised, row.p50, row.p90, row.end].map((of) => at(clamp(of)));
    const half = ROW * 0.27;
    const wide = ROW * 0.2;
    const parts: object[] = [
      { type: "line", shape: { x1: sign, x2: start, y1: y, y2: y }, style: { stroke: colours.muted, lineWidth: 1.5, lineDash: [3, 3] } },
      { type: "circle", shape: { cx: sign, cy: y, r: 3.5 }, style: { fill: colours.ink } },
      {
        type: "rect",
        shape: { x: start, y: y - half, width: Math.max((end ?? 0) - (start ?? 0), 1), height: 2 * half },
        style: { fill: colours.supply, opacity: 0.2, stroke: colours.supply, lineWidth: 0.5 },
      },
      // The fan: narrow at the promised day, as wide at P90 as nine futures in ten are.
      {
        type: "polygon",
        shape: { points: [[start, y], [p90, y - wide], [p90, y + wide]] },
        style: { fill: colours.demand, opacity: 0.85 },
      },
      { type: "line", shape: { x1: start, x2: start, y1: y - half - 2, y2: y + half + 2 }, style: { stroke: colours.ink, lineWidth: 2.5 } },
    ];
    if (row.p50) {
      parts.push({
        type: "circle",
        shape: { cx: p50, cy: y, r: 4.5 },
        style: { fill: colours.paper, stroke: colours.demand, lineWidth: 2.5 },
      });
    }
    if (row.p90) {
      parts.push({ type: "line", shape: { x1: p90, x2: p90, y1: y - wide - 2, y2: y + wide + 2 }, style: { stroke: colours.demand, lineWidth: 2.5 } });
    }
    return { type: "group", children: parts };
  };
  return {
    height: (width) => (width < 520 ? 44 : 40) + data.rows.length * ROW,
    legend: (colours): LegendEntry[] => [
      { name: "signed", mark: "dot", colour: colours.ink },
      { name: "promised day", mark: "tick", colour: colours.ink },
      { name: "in use as promised", mark: "band", colour: colours.supply },
      { name: "slip to P90, widening", mark: "line", colour: colours.demand },
      { name: "median day", mark: "dot", colour: colours.demand },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 4, right: 18, top: 8, bottom: 8, containLabel: true },
      xAxis: times(colours, {
        min: first,
        max: last,
        axisLabel: {
          color: colours.muted,
          hideOverlap: true,
          formatter: width < 520 ? { year: "{yyyy}", month: "", day: "" } : { year: "{yyyy}", month: "{MMM}", day: "" },
        },
        splitLine: { show: true, lineStyle: { color: colours.line } },
      }),
      yAxis: names(
        colours,
        data.rows.map((row) => row.offer),
        { inverse: true, axisLabel: { color: colours.ink, formatter: (text: string) => pinched(text, width < 520 ? 17 : 34) } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { dataIndex: number }) => {
          const row = data.rows[one.dataIndex] as Row;
          return tip(row.offer, lines(row), SOURCE);
        },
      },
      series: [{ type: "custom", renderItem: draw(colours), encode: { y: 0 }, clip: true, data: data.rows.map((_, at) => [at]) }],
    }),
    steps: (): Step[] => data.rows.map((row, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(row.offer, lines(row)) })),
  };
}
