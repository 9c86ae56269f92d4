// What one more GPU would be worth: a row for each place and type, a column for each month.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import type { Palette } from "../theme";
import { month, pinched, spoken, tip } from "../words";

interface Row {
  name: string;
  of: string[];
  price: number[];
}

interface Data {
  currency: string;
  months: string[];
  all: number;
  rows: Row[];
}

const SOURCE = "Dual of the pool's row, mean over futures; plan: pool_worth";
const ROW = 24;

/// Returns the round number that is not below a value.
function round(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return (([1, 2, 2.5, 5, 10].find((step) => step * power >= value * 0.999) ?? 10) as number) * power;
}

export function planWorth(data: Data): Picture {
  const most = Math.max(...data.rows.flatMap((row) => row.price), 0.01);
  const each = round(most / 6);
  const step = (price: number): number => (price < 0.005 ? 0 : Math.min(Math.max(Math.ceil(price / each), 1), 6));
  const cells = data.rows.flatMap((row, index) => row.price.map((price, at) => ({ index, at, price })));
  const label = (of: number): string => String(Number(of.toPrecision(6)));
  const lines = (row: Row, at: number): [string, string][] => [
    ["Worth", `${(row.price[at] ?? 0).toFixed(2)} ${data.currency} a GPU-hour`],
    ...(row.of.length > 1 ? ([["The same at", clip(row.of)]] as [string, string][]) : []),
  ];
  const head = (row: Row, at: number): string => `${row.of[0] ?? row.name}, ${month(data.months[at] ?? "")}`;
  return {
    height: () => 44 + data.rows.length * ROW,
    legend: (colours): LegendEntry[] =>
      ["nothing", ...[1, 2, 3, 4, 5].map((at) => `to ${label(at * each)}`), `more, ${data.currency} a GPU-hour`].map((name, at) => ({
        name,
        mark: "box",
        colour: colours.ramp[at] ?? "",
      })),
    option: (colours: Palette, width: number) => ({
      ...base(colours),
      grid: { left: 4, right: 12, top: 6, bottom: 4, containLabel: true },
      xAxis: names(colours, data.months, {
        axisLabel: {
          color: colours.muted,
          formatter: (text: string) => (text.endsWith("-01") ? text.slice(0, 4) : month(text).slice(0, 3)),
          interval: (_: number, text: string) =>
            data.months.length <= 40 && width > 700 ? /-(01|04|07|10)$/.test(text) : text.endsWith("-01"),
        },
      }),
      yAxis: names(
        colours,
        data.rows.map((row) => row.name),
        { inverse: true, axisLabel: { color: colours.ink, fontSize: 12, interval: 0, formatter: (t: string) => pinched(t, width < 520 ? 18 : 40) } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { value: [number, number, number] }) => {
          const row = data.rows[one.value[1]];
          return row ? tip(head(row, one.value[0]), lines(row, one.value[0]), SOURCE) : "";
        },
      },
      series: [
        {
          type: "custom",
          encode: { x: 0, y: 1 },
          data: cells.map(({ index, at, price }) => [at, index, price]),
          renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
            const [x, y] = api.coord([api.value(0), api.value(1)]) as [number, number];
            const [w, h] = (api.size?.([1, 1]) ?? [0, 0]) as [number, number];
            const price = Number(api.value(2));
            const ramp = step(price);
            const box = {
              type: "rect",
              shape: { x: x - w / 2 + 0.5, y: y - h / 2 + 1, width: Math.max(w - 1, 1), height: h - 2 },
              style: { fill: colours.ramp[ramp] ?? "none" },
              emphasis: { style: { stroke: colours.ink, lineWidth: 1.5 } },
            };
            if (w < 25 || price < 0.05) return box;
            const style = { text: price.toFixed(1), x, y, fill: ramp > 3 ? colours.paper : colours.ink, align: "center", verticalAlign: "middle", fontSize: 11 };
            return { type: "group", children: [box, { type: "text", silent: true, style }] };
          },
        },
      ],
    }),
    steps: (): Step[] =>
      cells.map(({ index, at }, number) => {
        const row = data.rows[index] as Row;
        return { seriesIndex: 0, dataIndex: number, text: spoken(head(row, at), lines(row, at)) };
      }),
  };
}

function clip(all: string[]): string {
  return all.length > 6 ? `${all.slice(0, 6).join(", ")} and ${all.length - 6} more` : all.join(", ");
}
