// Cost against risk: the best known plan for each weight of the worst futures, and the chosen one.

import { base, values } from "../base";
import type { LegendEntry, Picture, Step } from "../frame";
import { day, short, spoken, tip, whole } from "../words";

type Point = [weight: number, expected: number, cvar: number];

interface Sign {
  offer: string;
  start: string;
  gpus: number;
}

interface Data {
  currency: string;
  tail: string;
  points: Point[];
  /// What each of them would sign.
  signs: (Sign[] | null)[];
  chosen: Point;
}

const SOURCE = "Each plan evaluated hour by hour; plan: frontier";

export function planFrontier(data: Data): Picture {
  const money = (amount: number): string => `${short(amount)} ${data.currency}`;
  const lines = ([weight, expected, cvar]: Point): [string, string][] => [
    ["Weight of the worst", weights(weight, expected, cvar)],
    ["Expected cost", money(expected)],
    [`Worst ${data.tail}, mean`, money(cvar)],
  ];
  // Neighbouring weights may have the same plan.
  const weights = (weight: number, expected: number, cvar: number): string => {
    const same = data.points.filter((point) => point[1] === expected && point[2] === cvar).map(([of]) => of);
    const [least, most] = [Math.min(...same), Math.max(...same)];
    return same.length > 1 ? `${least.toFixed(2)} to ${most.toFixed(2)}` : weight.toFixed(2);
  };
  const head = ([weight]: Point): string => `Best known plan at weight ${weight.toFixed(2)}`;
  const pair = ([, expected, cvar]: Point): [number, number] => [expected, cvar];
  const differ = data.points.filter((point, at) => at === 0 || pair(point).join() !== pair(data.points[at - 1] as Point).join());
  return {
    height: (width) => (width < 520 ? 300 : 360),
    legend: (colours): LegendEntry[] => [
      { name: "best known plan for a weight", mark: "dot", colour: colours.supply },
      { name: "the plan that was chosen", mark: "box", colour: colours.demand },
    ],
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 14, right: width < 520 ? 20 : 40, top: 34, bottom: 36, containLabel: true },
      xAxis: values(colours, {
        scale: true,
        name: `expected cost, ${data.currency}`,
        nameLocation: "middle",
        nameGap: 28,
        splitNumber: width < 520 ? 3 : 6,
        axisLabel: { color: colours.muted, formatter: short, hideOverlap: true },
      }),
      yAxis: values(colours, {
        scale: true,
        name: `mean of the worst ${data.tail}, ${data.currency}`,
        nameLocation: "end",
        nameGap: 14,
        nameTextStyle: { color: colours.muted, align: "left", padding: [0, 0, 0, -36] },
        axisLabel: { color: colours.muted, formatter: short },
      }),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { seriesIndex: number; dataIndex: number }) => {
          if (one.seriesIndex === 2) return tip("The plan that was chosen", lines(data.chosen), "plan: cost");
          const point = data.points[one.dataIndex];
          return point ? tip(head(point), lines(point), SOURCE) : "";
        },
      },
      series: [
        {
          type: "line",
          data: data.points.map(pair),
          symbol: "circle",
          symbolSize: 9,
          lineStyle: { color: colours.supply, width: 2 },
          itemStyle: { color: colours.supply },
          z: 3,
        },
        {
          type: "scatter",
          silent: true,
          symbolSize: 1,
          data: differ.map(pair),
          itemStyle: { color: colours.supply },
          label: {
            show: true,
            position: [8, -15],
            color: colours.muted,
            fontSize: 11,
            formatter: (one: { dataIndex: number }) => (differ[one.dataIndex]?.[0] ?? 0).toFixed(2),
          },
          z: 4,
        },
        {
          type: "scatter",
          symbol: "rect",
          symbolSize: 13,
          data: [pair(data.chosen)],
          itemStyle: { color: "transparent", borderColor: colours.demand, borderWidth: 3 },
          z: 5,
        },
      ],
    }),
    picked: (series, at) => {
      const [point, signs] = [data.points[at], data.signs[at]];
      if (series !== 0 || !point || !signs) return null;
      const head = `${weights(...point)} of weight on the worst: ${signs.length === 0 ? "nothing is signed" : "what is signed"}`;
      return { head, lines: signs.map((sign) => [sign.offer, `${whole(sign.gpus)} GPUs from ${day(sign.start)}`]) };
    },
    steps: (): Step[] => [
      { seriesIndex: 2, dataIndex: 0, text: spoken("The plan that was chosen", lines(data.chosen)) },
      ...data.points.map((point, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(head(point), lines(point)) })),
    ],
  };
}
