// Which work goes short and when: a row for each kind of work, a column for each month.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import type { Palette } from "../theme";
import { month, percent, pinched, spoken, tip } from "../words";

interface Row {
  name: string;
  priority: number;
  is_firm: boolean;
  share: (number | null)[];
  error: (number | null)[];
}

interface Data {
  headline: number;
  months: string[];
  rows: Row[];
}

const STEPS = [0, 0.001, 0.01, 0.05, 0.2, 0.5];
const SOURCE = "Unserved over asked for, mean over futures; assess: classes.months";

/// Returns the step of the ramp that a share falls on.
function step(share: number): number {
  let found = 0;
  STEPS.forEach((least, at) => {
    if (share > least) found = at + 1;
  });
  return found;
}

export function shortfall(data: Data): Picture {
  let shown = data.headline;
  const label = (row: Row): string => `${row.name}`;
  const lines = (row: Row, at: number): [string, string][] => [
    ["Unserved", `${percent(row.share[at])}${row.error[at] ? ` ± ${percent(row.error[at])}` : ""}`],
    ["Priority", `${row.priority}${row.is_firm ? ", firm" : ", not firm"}`],
  ];
  const cells = (): { row: number; at: number; share: number }[] =>
    data.rows.flatMap((row, index) =>
      row.share.slice(0, shown).flatMap((share, at) => (share === null ? [] : [{ row: index, at, share }])),
    );
  return {
    height: () => 60 + data.rows.length * 22,
    ...(data.headline < data.months.length
      ? { choices: [`To ${month(data.months[data.headline - 1] ?? "")}`, "Whole horizon"] }
      : {}),
    choose: (index) => {
      shown = index === 0 ? data.headline : data.months.length;
    },
    legend: (colours): LegendEntry[] => {
      const text = ["none", "to 0.1 %", "to 1 %", "to 5 %", "to 20 %", "to 50 %", "more"];
      return text.map((name, at) => ({ name, mark: "box", colour: colours.ramp[at] ?? "" }));
    },
    option: (colours: Palette, width: number) => {
      const room = width < 520 ? 18 : 30;
      return {
        ...base(colours),
        grid: { left: 4, right: 12, top: 6, bottom: 4, containLabel: true },
        xAxis: names(colours, data.months.slice(0, shown), {
          axisLabel: {
            color: colours.muted,
            formatter: (text: string) => (text.endsWith("-01") ? text.slice(0, 4) : month(text).slice(0, 3)),
            interval: (_: number, text: string) =>
              shown <= 36 && width > 700 ? /-(01|04|07|10)$/.test(text) : text.endsWith("-01"),
          },
        }),
        yAxis: names(
          colours,
          data.rows.map(label),
          { inverse: true, axisLabel: { color: colours.ink, fontSize: 12, formatter: (t: string) => pinched(t, room) } },
        ),
        tooltip: {
          ...(base(colours)["tooltip"] as object),
          formatter: (one: { value: [number, number, number] }) => {
            const row = data.rows[one.value[1]];
            const at = one.value[0];
            return row ? tip(`${label(row)}, ${month(data.months[at] ?? "")}`, lines(row, at), SOURCE) : "";
          },
        },
        series: [
          {
            type: "custom",
            encode: { x: 0, y: 1 },
            data: cells().map(({ row, at, share }) => [at, row, share]),
            renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
              const [x, y] = api.coord([api.value(0), api.value(1)]) as [number, number];
              const [w, h] = (api.size?.([1, 1]) ?? [0, 0]) as [number, number];
              const gap = w > 6 ? 1 : 0;
              return {
                type: "rect",
                shape: { x: x - w / 2 + gap / 2, y: y - h / 2 + 1, width: w - gap, height: h - 2 },
                style: { fill: colours.ramp[step(Number(api.value(2)))] ?? "none" },
                emphasis: { style: { stroke: colours.ink, lineWidth: 1.5 } },
              };
            },
          },
        ],
      };
    },
    steps: (): Step[] =>
      cells().map(({ row, at }, index) => {
        const of = data.rows[row] as Row;
        return {
          seriesIndex: 0,
          dataIndex: index,
          text: spoken(`${label(of)}, ${month(data.months[at] ?? "")}`, lines(of, at)),
        };
      }),
  };
}
