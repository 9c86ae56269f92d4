// What the plan costs: each term begins where the one before ended, to all of it.

import type { LegendEntry, Picture } from "../frame";
import { type Amount, type Bar, waterfall } from "../waterfall";
import { percent, short } from "../words";

interface Data {
  currency: string;
  steps: Amount[];
  all: number;
}

export function planCost(data: Data): Picture {
  const lines = (bar: Bar): [string, string][] => [
    ["Expected", `${short(bar.amount)} ${data.currency}`],
    ["Of all", percent(data.all === 0 ? 0 : bar.amount / data.all)],
  ];
  const isLost = (name: string): boolean => name === "unserved work";
  return waterfall({
    steps: data.steps,
    left: { name: "all", amount: data.all },
    axis: `${data.currency}, expected and discounted`,
    narrow: 18,
    legend: (colours): LegendEntry[] => [
      { name: "paid", mark: "box", colour: colours.supply },
      { name: "value of work that goes unserved", mark: "band", colour: colours.bad },
      ...(data.steps.some(({ amount }) => amount < 0) ? [{ name: "credited", mark: "box", colour: colours.good } as LegendEntry] : []),
      { name: "all", mark: "box", colour: colours.ink },
    ],
    fill: (colours, { name, amount }) => ({
      colour: amount < 0 ? colours.good : isLost(name) ? colours.bad : colours.supply,
      isTinted: isLost(name),
    }),
    lines,
    read: lines,
    source: "Mean over futures, discounted; plan: cost.by_term",
  });
}
