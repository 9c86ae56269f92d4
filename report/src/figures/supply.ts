// Supply against demand by month: two fans, what is promised, and a mark for each delivery.

import { HATCH, base, times, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import type { Palette } from "../theme";
import { day, instant, month, percent, short, spoken, tip, whole } from "../words";

interface Fan {
  p10: number[];
  p50: number[];
  p90: number[];
}

interface Data {
  unit: string;
  headline: number;
  months: string[];
  promised: number[];
  supply: Fan;
  demand: Fan;
  lolp: number[];
  deliveries: { day: string; name: string; gpus: number; p10: string; p90: string | null; promised: string }[];
}

const SOURCE = "GPUs, mean of the month, over all futures; assess: months";

export function supply(data: Data): Picture {
  let shown = data.headline;
  const lines = (at: number): [string, string][] => [
    ["Demand P10 – P90", `${whole(data.demand.p10[at])} – ${whole(data.demand.p90[at])}`],
    ["Demand median", whole(data.demand.p50[at])],
    ["Promised", whole(data.promised[at])],
    ["Supply P10 – P90", `${whole(data.supply.p10[at])} – ${whole(data.supply.p90[at])}`],
    ["Supply median", whole(data.supply.p50[at])],
    ["Chance of a shortfall", percent(data.lolp[at])],
  ];
  // The names at the ends of two lines that meet there stand above and below.
  const stands = (of: Fan): string => {
    const other = of === data.demand ? data.supply : data.demand;
    const last = shown - 1;
    return (of.p50[last] ?? 0) >= (other.p50[last] ?? 0) ? "bottom" : "top";
  };
  const fan = (of: Fan, name: string, colour: string, isHatched: boolean): Record<string, unknown>[] => {
    const points = (list: number[]): [number, number][] =>
      data.months.slice(0, shown).map((text, at) => [instant(text), list[at] ?? 0]);
    const quiet = { symbol: "none", type: "line", silent: true };
    const wide = of.p90.map((high, at) => high - (of.p10[at] ?? 0));
    const edge = { width: 1, color: colour, opacity: 0.55, type: isHatched ? "dashed" : "solid" };
    return [
      { ...quiet, stack: name, data: points(of.p10), lineStyle: edge },
      {
        ...quiet,
        stack: name,
        data: points(wide),
        lineStyle: edge,
        itemStyle: { color: colour, ...(isHatched ? { decal: { ...HATCH, color: "rgba(128,128,128,0.35)" } } : {}) },
        areaStyle: { color: colour, opacity: 0.24 },
      },
      {
        type: "line",
        symbol: "none",
        data: points(of.p50),
        lineStyle: { width: 2.5, color: colour, type: isHatched ? "dashed" : "solid" },
        itemStyle: { color: colour },
        endLabel: {
          show: true,
          formatter: name,
          color: colour,
          fontWeight: 600,
          fontSize: 13,
          distance: 6,
          verticalAlign: stands(of),
        },
        z: 4,
      },
    ];
  };
  const deliveries = (colours: Palette): Record<string, unknown> => {
    const last = instant(data.months[shown - 1] ?? "") + 16 * 864e5;
    const most = Math.max(1, ...data.deliveries.map((d) => d.gpus));
    const seen = data.deliveries.filter((d) => instant(d.day) <= last);
    return {
      type: "scatter",
      symbol: "triangle",
      data: seen.map((d) => ({
        value: [instant(d.day), 0],
        symbolSize: 8 + 10 * Math.sqrt(d.gpus / most),
        name: d.name,
        tooltip: {
          formatter: tip(
            d.name,
            [
              ["GPUs", whole(d.gpus)],
              ["Promised", day(d.promised)],
              ["Median day", day(d.day)],
              ["P10 – P90", `${day(d.p10)} – ${day(d.p90)}`],
            ],
            "Day in service of the first racks; assess: deliveries",
          ),
        },
      })),
      itemStyle: { color: colours.supply, borderColor: colours.paper, borderWidth: 1 },
      clip: false,
      z: 6,
    };
  };
  return {
    height: (width) => (width < 520 ? 320 : 420),
    ...(data.headline < data.months.length
      ? { choices: [`To ${month(data.months[data.headline - 1] ?? "")}`, "Whole horizon"] }
      : {}),
    choose: (index) => {
      shown = index === 0 ? data.headline : data.months.length;
    },
    legend: (colours): LegendEntry[] => [
      { name: "demand, P10 to P90", mark: "hatched", colour: colours.demand },
      { name: "supply, P10 to P90", mark: "band", colour: colours.supply },
      { name: "promised", mark: "dotted", colour: colours.ink },
      { name: "a delivery, at its median day", mark: "triangle", colour: colours.supply },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 8, right: width < 520 ? 68 : 78, top: 30, bottom: 12, containLabel: true },
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: colours.muted } },
        formatter: (all: { axisValue: number; seriesType: string; dataIndex: number }[]) => {
          const at = all.find((one) => one.seriesType === "line")?.dataIndex ?? 0;
          return tip(month(data.months[at] ?? ""), lines(at), SOURCE);
        },
      },
      xAxis: times(colours, {
        axisLabel: { color: colours.muted, margin: 16, hideOverlap: true, formatter: { year: "{yyyy}", month: "{MMM}", day: "" } },
        min: instant(data.months[0] ?? ""), max: instant(data.months[shown - 1] ?? ""),
      }),
      yAxis: values(colours, {
        min: 0,
        name: `GPUs (${data.unit})`,
        nameLocation: "end",
        nameGap: 14,
        nameTextStyle: { color: colours.muted, align: "left" },
        axisLabel: { color: colours.muted, formatter: short },
      }),
      series: [
        ...fan(data.demand, "Demand", colours.demand, true),
        ...fan(data.supply, "Supply", colours.supply, false),
        {
          type: "line",
          symbol: "none",
          silent: true,
          data: data.months.slice(0, shown).map((text, at) => [instant(text), data.promised[at] ?? 0]),
          lineStyle: { width: 1.75, color: colours.ink, type: [2, 3] },
          z: 3,
        },
        deliveries(colours),
      ],
    }),
    steps: (): Step[] =>
      data.months
        .slice(0, shown)
        .map((text, at) => ({ seriesIndex: 2, dataIndex: at, text: spoken(month(text), lines(at)) })),
  };
}
