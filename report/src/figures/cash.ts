// Money in and out: each kind begins where the one before ended, to what is left.

import type { Picture } from "../frame";
import { type Amount, waterfall } from "../waterfall";
import { short } from "../words";

interface Data {
  currency: string;
  steps: Amount[];
  net: number;
}

export function cash(data: Data): Picture {
  const money = (amount: number): string => `${short(amount)} ${data.currency}`;
  return waterfall({
    steps: data.steps,
    left: { name: "left", amount: data.net },
    axis: data.currency,
    narrow: 16,
    legend: (colours) => [
      { name: "in", mark: "box", colour: colours.good },
      { name: "out", mark: "band", colour: colours.bad },
      { name: "left", mark: "box", colour: colours.ink },
    ],
    fill: (colours, { amount }) => ({ colour: amount >= 0 ? colours.good : colours.bad, isTinted: amount < 0 }),
    lines: (bar) => [["Amount", money(bar.amount)], ["Then", money(bar.to)]],
    read: (bar) => [["", money(bar.amount)]],
    source: "Mean over futures, undiscounted; value: cash_flows",
  });
}
