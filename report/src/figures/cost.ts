// What a GPU-hour costs: as promised, as delivered, as used.

import { base, names, values } from "../base";
import type { Picture, Step } from "../frame";
import { spoken, tip } from "../words";

interface Data {
  currency: string;
  bars: { name: string; mean: number; error: number }[];
}

export function cost(data: Data): Picture {
  const text = (bar: Data["bars"][number]): string => `${bar.mean.toFixed(2)}${bar.error > 0 ? ` ± ${bar.error.toFixed(2)}` : ""}`;
  return {
    height: () => 56 + data.bars.length * 38,
    option: (colours) => ({
      ...base(colours),
      grid: { left: 4, right: 90, top: 6, bottom: 26, containLabel: true },
      xAxis: values(colours, { min: 0, name: `${data.currency} a GPU-hour`, nameLocation: "middle", nameGap: 26 }),
      yAxis: names(
        colours,
        data.bars.map((bar) => bar.name),
        { inverse: true },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { dataIndex: number }) => {
          const bar = data.bars[one.dataIndex];
          return bar ? tip(`A GPU-hour ${bar.name}`, [[data.currency, text(bar)]], "All that is paid for these hours; value: headline") : "";
        },
      },
      series: [
        {
          type: "bar",
          barWidth: 20,
          itemStyle: { color: colours.supply },
          data: data.bars.map((bar) => bar.mean),
          label: {
            show: true,
            position: "right",
            color: colours.ink,
            formatter: (one: { dataIndex: number }) => text(data.bars[one.dataIndex] as Data["bars"][number]),
          },
        },
      ],
    }),
    steps: (): Step[] =>
      data.bars.map((bar, at) => ({ seriesIndex: 0, dataIndex: at, text: spoken(bar.name, [[data.currency, text(bar)]]) })),
  };
}
