// The small picture of a scenario's months, as paths in a box of 100 by 40.

import type { Drawn } from "./answer";

const [WIDTH, HEIGHT] = [100, 40];

export interface Paths {
  supply: string;
  demand: string;
  supplyBand: string;
  demandBand: string;
}

/// Paths of medians and of the bands from P10 to P90; `most` is the top of the box.
export function pathsOf({ supply, demand }: Drawn, most: number): Paths {
  const point = (value: number, at: number, many: number): string =>
    `${((at / Math.max(1, many - 1)) * WIDTH).toFixed(1)} ${(HEIGHT - (value / Math.max(1, most)) * HEIGHT).toFixed(1)}`;
  const line = (all: number[]): string[] => all.map((value, at) => point(value, at, all.length));
  const path = (points: string[]): string => (points.length > 0 ? `M${points.join("L")}` : "");
  const band = ({ p10, p90 }: Drawn["supply"]): string => (p10.length > 0 ? `${path([...line(p90), ...line(p10).reverse()])}Z` : "");
  return { supply: path(line(supply.p50)), demand: path(line(demand.p50)), supplyBand: band(supply), demandBand: band(demand) };
}
