// How the search closed in: what no plan can undercut, and what the best plan so far costs, by evaluation.

import { base, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import { percent, short, spoken, tip } from "../words";

interface Round {
  round: number;
  length: number;
  whole: boolean;
  bound: number | null;
  best: number | null;
}

interface Data {
  currency: string;
  steps: Round[];
  end: { bound: number; best: number };
}

const SOURCE = "Both bounds after each evaluation of all months and futures; plan: rounds";

export function planBounds(data: Data): Picture {
  const money = (amount: number | null): string => (amount === null ? "none yet" : `${short(amount)} ${data.currency}`);
  const last = data.steps.at(-1);
  const end: Round = { round: (last?.round ?? 0) + 1, length: last?.length ?? 1, whole: last?.whole ?? true, bound: data.end.bound, best: data.end.best };
  const all = [...data.steps, end];
  const lines = (row: Round): [string, string][] => [
    ["No plan below", money(row.bound)],
    ["Best plan so far", money(row.best)],
    ...(row.best !== null && row.bound !== null ? ([["Gap", percent(Math.max(row.best - row.bound, 0) / Math.abs(row.best))]] as [string, string][]) : []),
    ["Hours", row.length > 1 ? `${row.length} joined` : "every one"],
    ["Blocks", row.whole ? "whole" : "in parts"],
  ];
  const head = (row: Round): string => (row === end ? "At the end" : `Evaluation ${row.round}`);
  // The first bounds may be far below; what is told is how both close in.
  const floor = Math.min(...all.map((row) => row.bound ?? data.end.bound).filter((bound) => bound > data.end.bound - Math.abs(data.end.bound)));
  const top = Math.max(...all.map((row) => row.best ?? data.end.best));
  const room = Math.max((top - floor) * 0.12, Math.abs(top) * 0.01);
  const dot = (symbol: string): Record<string, unknown> => ({ type: "line", symbol, symbolSize: 9, connectNulls: true });
  return {
    height: (width) => (width < 520 ? 280 : 320),
    legend: (colours): LegendEntry[] => [
      { name: "best plan so far", mark: "line", colour: colours.demand },
      { name: "no plan costs less", mark: "dashed", colour: colours.supply },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 14, right: 24, top: 34, bottom: 36, containLabel: true },
      xAxis: names(
        colours,
        all.map((row) => (row === end ? "end" : String(row.round))),
        {
          name: "evaluation",
          nameLocation: "middle",
          nameGap: 28,
          nameTextStyle: { color: colours.muted },
          axisLabel: { color: colours.muted, interval: all.length > (width < 520 ? 12 : 40) ? "auto" : 0, hideOverlap: true },
        },
      ),
      yAxis: values(colours, {
        min: floor - room,
        max: top + room,
        name: data.currency,
        nameLocation: "end",
        nameGap: 14,
        nameTextStyle: { color: colours.muted, align: "left", padding: [0, 0, 0, -36] },
        axisLabel: { color: colours.muted, formatter: short, showMinLabel: false, showMaxLabel: false },
      }),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: colours.muted } },
        formatter: (many: { dataIndex: number }[]) => {
          const row = all[many[0]?.dataIndex ?? 0];
          return row ? tip(head(row), lines(row), SOURCE) : "";
        },
      },
      series: [
        {
          ...dot("rect"),
          data: all.map((row) => row.bound),
          lineStyle: { color: colours.supply, width: 2.5, type: "dashed" },
          itemStyle: { color: colours.supply },
        },
        {
          ...dot("circle"),
          data: all.map((row) => row.best),
          lineStyle: { color: colours.demand, width: 2.5 },
          itemStyle: { color: colours.demand },
          z: 4,
        },
      ],
    }),
    steps: (): Step[] => all.map((row, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(head(row), lines(row)) })),
  };
}
