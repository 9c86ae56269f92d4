// Cash over debt service against months late: a map with a row for each quarter, or the least of all quarters as a
// line; in both a rule at each delay from which something is triggered.

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from "echarts";
import { base, names, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import type { Palette } from "../theme";
import { clipped, spoken, tip } from "../words";

type Cell = [months: number, quarter: string, dscr: number];

interface Data {
  least: number;
  points: [number, number][];
  map: Cell[];
  marks: [string, number][];
}

const SOURCE = "As promised but late; value: projects.delay";
const ROW = 21;
const FLAG = 20;
const FOOT = 46;
/// Least width of a cell that its number fits in.
const WIDE = 34;

export function dscr(data: Data): Picture {
  const quarters = [...new Set(data.map.map(([, quarter]) => quarter))].sort(byTime);
  const last = Math.max(...data.points.map(([months]) => months));
  let isMap = quarters.length > 0;
  const head = ([months, quarter]: Cell): string => `${late(months)}, ${quarter}`;
  const lines = ([, , found]: Cell): [string, string][] => [
    ["DSCR", found.toFixed(2)],
    ["Lenders ask for", data.least.toFixed(2)],
  ];
  const lineHead = ([months]: [number, number]): string => late(months);
  const lineLines = ([, found]: [number, number]): [string, string][] => [
    ["Least DSCR", found.toFixed(2)],
    ["Lenders ask for", data.least.toFixed(2)],
  ];
  const flags = data.marks.length * FLAG + 8;
  const words = [
    { name: "debt service is not covered", least: Number.NEGATIVE_INFINITY, ramp: 6 },
    { name: `below the ${data.least.toFixed(2)} that lenders ask for`, least: Math.min(1, data.least), ramp: 5 },
    { name: `to ${(data.least + 0.1).toFixed(2)}`, least: data.least, ramp: 2 },
    { name: `to ${(data.least + 0.25).toFixed(2)}`, least: data.least + 0.1, ramp: 1 },
    { name: "more", least: data.least + 0.25, ramp: 0 },
  ];
  const step = (found: number): number => words.filter((word) => found >= word.least).at(-1)?.ramp ?? 6;
  return {
    height: () => (isMap ? flags + quarters.length * ROW + FOOT : flags + 270),
    leastWidth: 560,
    ...(quarters.length > 0 ? { choices: ["By quarter", "Least of all quarters"] } : {}),
    choose: (index) => {
      isMap = index === 0;
    },
    legend: (colours): LegendEntry[] =>
      isMap ? words.map(({ name, ramp }) => ({ name, mark: ramp > 4 ? "hatched" : "box", colour: colours.ramp[ramp] ?? "" })) : [],
    option: (colours, width) => {
      const x = {
        name: "months late, everything that is not in service",
        nameLocation: "middle",
        nameGap: 28,
        min: -0.5,
        max: last + 0.5,
        splitLine: { show: false },
        axisLabel: {
          color: colours.muted,
          customValues: data.points.map(([months]) => months),
          formatter: (months: number) => (Number.isInteger(months) ? `${months}` : ""),
        },
      };
      const grid = { left: 68, right: 12, top: flags, bottom: FOOT };
      const wide = (width - grid.left - grid.right) / (last + 1);
      const cells = data.map.map(([months, quarter, found]) => [months, quarters.indexOf(quarter), found]);
      const rules = {
        type: "custom",
        silent: true,
        z: 5,
        data: data.marks.map(([, months]) => [months]),
        renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) =>
          flag(params, api, data.marks[params.dataIndex]?.[0] ?? "", colours),
      };
      if (!isMap) return line(data, { x, grid, rules }, colours, (at) => tip(lineHead(at), lineLines(at), SOURCE));
      return {
        ...base(colours),
        grid,
        xAxis: values(colours, x),
        yAxis: names(colours, quarters, {
          inverse: true,
          axisLine: { show: false },
          axisLabel: { color: colours.muted, fontSize: 11, interval: 0 },
        }),
        tooltip: {
          ...(base(colours)["tooltip"] as object),
          formatter: (one: { seriesIndex: number; dataIndex: number }) => {
            const cell = one.seriesIndex === 0 ? data.map[one.dataIndex] : undefined;
            return cell ? tip(head(cell), lines(cell), SOURCE) : "";
          },
        },
        series: [
          {
            type: "custom",
            encode: { x: 0, y: 1 },
            data: cells,
            renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) =>
              cell(api, wide, step(Number(api.value(2))), colours),
          },
          rules,
          // Above the rules, so that each can be read.
          {
            type: "custom",
            silent: true,
            z: 8,
            encode: { x: 0, y: 1 },
            data: cells,
            renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) =>
              wide < WIDE ? null : figure(api, step, colours),
          },
        ],
      };
    },
    steps: (): Step[] =>
      isMap
        ? data.map.map((one, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(head(one), lines(one)) }))
        : data.points.map((one, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(lineHead(one), lineLines(one)) })),
  };
}

function late(months: number): string {
  return months === 0 ? "As promised" : `${months} month${months === 1 ? "" : "s"} late`;
}

/// Orders `Q3 2027` by year, then quarter.
function byTime(a: string, b: string): number {
  const key = (text: string): string => text.split(" ").reverse().join(" ");
  return key(a).localeCompare(key(b));
}

/// Draws a cell: its colour, and lines across it where it is below what lenders ask for.
function cell(api: CustomSeriesRenderItemAPI, w: number, ramp: number, colours: Palette): object {
  const [x, y] = api.coord([api.value(0), api.value(1)]) as [number, number];
  const box = { x: x - w / 2 + 0.5, y: y - ROW / 2 + 0.5, width: w - 1, height: ROW - 1 };
  // The middle stays free for the number.
  const hatched = ramp > 4 ? [0.06, 0.14, 0.86, 0.94] : [];
  return {
    type: "group",
    children: [
      { type: "rect", shape: box, style: { fill: colours.ramp[ramp] ?? "none" }, emphasis: { style: { stroke: colours.ink, lineWidth: 1.5 } } },
      ...hatched.map((at) => ({
        type: "line",
        silent: true,
        shape: { x1: box.x + box.width * at - 3, x2: box.x + box.width * at + 3, y1: box.y + box.height - 2, y2: box.y + 2 },
        style: { stroke: colours.paper, lineWidth: 1, opacity: 0.75 },
      })),
    ],
  };
}

/// Writes the number of a cell, on its colour.
function figure(api: CustomSeriesRenderItemAPI, step: (found: number) => number, colours: Palette): object {
  const [x, y] = api.coord([api.value(0), api.value(1)]) as [number, number];
  const found = Number(api.value(2));
  const ramp = step(found);
  const isBelow = ramp > 4;
  const rounded = Number(found.toFixed(2));
  // What is just below a limit must not read as the limit.
  const text = (step(rounded) === ramp ? rounded : Math.floor(found * 100) / 100).toFixed(2);
  return {
    type: "text",
    silent: true,
    style: {
      text,
      x,
      y,
      fill: isBelow ? colours.paper : colours.ink,
      backgroundColor: colours.ramp[ramp] ?? "none",
      padding: [1, 2],
      align: "center",
      verticalAlign: "middle",
      fontSize: 11,
      fontWeight: isBelow ? 600 : 400,
    },
  };
}

/// Draws a rule over the whole height with its words above, each on a line of its own.
function flag(params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI, name: string, colours: Palette): object {
  const area = params.coordSys as unknown as { x: number; y: number; width: number; height: number };
  const months = Number(api.value(0));
  const [x] = api.coord([months, 0]) as [number, number];
  const top = area.y - 8 - (params.dataInsideLength - 1 - params.dataIndex) * FLAG - FLAG / 2;
  const isRight = x > area.x + area.width * 0.55;
  const room = Math.floor((isRight ? x - area.x : area.x + area.width - x) / 6.4) - 2;
  const days = `${months.toFixed(1)} months`;
  return {
    type: "group",
    children: [
      { type: "line", shape: { x1: x, x2: x, y1: top, y2: area.y + area.height }, style: { stroke: colours.paper, lineWidth: 3.5, opacity: 0.85 } },
      { type: "line", shape: { x1: x, x2: x, y1: top, y2: area.y + area.height }, style: { stroke: colours.ink, lineWidth: 1.5, lineDash: [5, 3] } },
      { type: "circle", shape: { cx: x, cy: top, r: 3 }, style: { fill: colours.ink } },
      {
        type: "text",
        style: {
          text: clipped(`${name}: ${days}`, room),
          x: x + (isRight ? -8 : 8),
          y: top,
          fill: colours.ink,
          backgroundColor: colours.paper,
          padding: [1, 3],
          align: isRight ? "right" : "left",
          verticalAlign: "middle",
          fontSize: 12,
        },
      },
    ],
  };
}

interface Shared {
  x: Record<string, unknown>;
  grid: Record<string, unknown>;
  rules: Record<string, unknown>;
}

/// Draws the least of all quarters as a line.
function line(data: Data, shared: Shared, colours: Palette, told: (point: [number, number]) => string): Record<string, unknown> {
  return {
    ...base(colours),
    grid: shared.grid,
    xAxis: values(colours, shared.x),
    yAxis: values(colours, data.points.some(([, found]) => found < 0) ? {} : { min: 0 }),
    tooltip: {
      ...(base(colours)["tooltip"] as object),
      trigger: "axis",
      formatter: (all: { dataIndex: number }[]) => {
        const point = data.points[all[0]?.dataIndex ?? 0];
        return point ? told(point) : "";
      },
    },
    series: [
      {
        type: "line",
        data: data.points,
        symbol: "circle",
        symbolSize: 7,
        lineStyle: { color: colours.supply, width: 2.5 },
        itemStyle: { color: colours.supply },
        markLine: {
          symbol: "none",
          silent: true,
          data: [{ yAxis: data.least }],
          lineStyle: { color: colours.bad, type: "dashed", width: 1.5 },
          label: { formatter: `lenders ask for ${data.least}`, color: colours.bad, position: "insideEndTop" },
        },
      },
      shared.rules,
    ],
  };
}
