// The report's picture of supply and demand, with the medians of the book as it stands behind it.

import type { Picture } from "../../../report/src/frame";
import { supply } from "../../../report/src/figures/supply";
import { instant } from "../../../report/src/words";
import type { Drawn } from "./answer";

/// The picture of a scenario, and of the base where that is another.
export function pictureOf(drawn: Drawn, base: Drawn | null): Picture {
  const own = supply(drawn);
  const line = (data: number[], colour: string): Record<string, unknown> => ({
    type: "line", symbol: "none", silent: true, z: 2,
    data: drawn.months.map((text, at) => [instant(text), data[at] ?? null]),
    lineStyle: { width: 1.5, color: colour, opacity: 0.8, type: "dotted" },
  });
  return {
    ...own,
    height: (width) => (width < 520 ? 280 : 340),
    legend: (colours) => [
      ...(own.legend?.(colours) ?? []).filter(({ mark }) => mark !== "triangle"),
      ...(base ? [{ name: "medians of the book as it stands", mark: "dotted" as const, colour: colours.muted }] : []),
    ],
    option: (colours, width) => {
      const option = own.option(colours, width) as { series: unknown[] };
      const behind = base ? [line(base.demand.p50, colours.muted), line(base.supply.p50, colours.muted)] : [];
      return { ...option, animation: false, series: [...option.series, ...behind] };
    },
  };
}
