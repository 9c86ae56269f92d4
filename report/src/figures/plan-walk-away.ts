// At which price to leave each offer: the interval between what it is worth at least and at most, and what is asked.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import type { Palette } from "../theme";
import { day, pinched, spoken, tip } from "../words";

interface Row {
  offer: string;
  start: string;
  signed: boolean;
  asked: number;
  low: number;
  high: number | null;
}

interface Data {
  unit: string;
  rows: Row[];
}

const SOURCE = "Between bounds, all else decided anew; plan: walk_away";
const ROW = 24;

export function planWalkAway(data: Data): Picture {
  const known = data.rows.flatMap((row) => [row.asked, row.low, row.high ?? 0]);
  const asked = Math.max(...data.rows.map((row) => row.asked));
  const last = Math.min(Math.max(...known), 2 * asked) * 1.06;
  const price = (value: number): string => `${value.toFixed(2)} ${data.unit}`;
  const verdict = (row: Row): string => {
    if (row.signed) return "signed";
    if (row.high === null) return "not signed, nothing is known of its price";
    if (row.high < row.asked) return `not signed, at least ${Math.round((row.asked / Math.max(row.high, 1e-9) - 1) * 100)} % too dear`;
    return "not signed, and as good as signed";
  };
  const lines = (row: Row): [string, string][] => [
    ["Asked", price(row.asked)],
    ["Worth at least", row.low > 0 ? price(row.low) : "not looked for"],
    ["Worth at most", row.high === null ? "not known" : price(row.high)],
    ["In service", day(row.start)],
    ["The plan", verdict(row)],
  ];
  const draw = (colours: Palette) => (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
    const index = Number(api.value(0));
    const row = data.rows[index] as Row;
    const at = (value: number): number => (api.coord([Math.min(value, last), index]) as [number, number])[0];
    const y = (api.coord([0, index]) as [number, number])[1];
    const [low, high, mark] = [at(row.low), at(row.high ?? last), at(row.asked)];
    const colour = row.signed ? colours.good : colours.supply;
    const size = 5.5;
    const parts: object[] = [
      { type: "line", shape: { x1: at(0), x2: low, y1: y, y2: y }, style: { stroke: colour, lineWidth: 3, opacity: 0.35 } },
      {
        type: "rect",
        shape: { x: low, y: y - 5, width: Math.max(high - low, 3), height: 10 },
        style: { fill: colour, fillOpacity: row.low > 0 ? 0.9 : 0.28, stroke: colour, lineWidth: 1 },
      },
      {
        type: "polygon",
        shape: { points: [[mark, y - size - 1], [mark + size, y], [mark, y + size + 1], [mark - size, y]] },
        style: { fill: row.signed ? colours.ink : colours.paper, stroke: colours.ink, lineWidth: 1.75 },
      },
    ];
    if (row.high === null || row.high > last) {
      parts.push({ type: "polygon", shape: { points: [[high - 7, y - 5], [high, y], [high - 7, y + 5]] }, style: { fill: colour } });
    }
    return { type: "group", children: parts };
  };
  return {
    height: () => 60 + data.rows.length * ROW,
    legend: (colours): LegendEntry[] => [
      { name: "worth between, of what is signed", mark: "box", colour: colours.good },
      { name: "worth at most, of what is not", mark: "band", colour: colours.supply },
      { name: "asked (a diamond, filled where it is signed)", mark: "dot", colour: colours.ink },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 4, right: 18, top: 6, bottom: 30, containLabel: true },
      xAxis: values(colours, {
        min: 0,
        max: last,
        name: data.unit,
        nameLocation: "middle",
        nameGap: 26,
        axisLabel: { color: colours.muted, hideOverlap: true, showMaxLabel: false, formatter: (value: number) => String(Number(value.toFixed(2))) },
      }),
      yAxis: names(
        colours,
        data.rows.map((row) => row.offer),
        { inverse: true, axisLine: { show: false }, axisLabel: { color: colours.ink, interval: 0, formatter: (text: string) => pinched(text, width < 520 ? 18 : 34) } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { dataIndex: number }) => {
          const row = data.rows[one.dataIndex] as Row;
          return tip(row.offer, lines(row), SOURCE);
        },
      },
      series: [{ type: "custom", renderItem: draw(colours), encode: { y: 0 }, data: data.rows.map((_, at) => [at]) }],
    }),
    steps: (): Step[] => data.rows.map((row, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(row.offer, lines(row)) })),
  };
}
