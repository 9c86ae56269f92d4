// Who stands behind the work that is served: a bar for each kind of party, cut into shares.

import { base, names, values } from "../base";
import type { Picture, Step } from "../frame";
import { clipped, percent, spoken, tip } from "../words";

interface Data {
  kinds: { kind: string; hhi: number; shares: { party: string; share: number; is_known: boolean }[] }[];
}

const MOST = 7;
const SHADES = [1, 0.8, 0.5, 0.36, 0.26, 0.18, 0.12];
const SOURCE = "Share of served firm work, by delivered capacity; stress: concentration";

/// Returns a colour of six digits, let through so far.
function faded(colour: string, share: number): string {
  const part = (at: number): number => Number.parseInt(colour.slice(at, at + 2), 16);
  return `rgba(${part(1)}, ${part(3)}, ${part(5)}, ${share})`;
}

export function concentration(data: Data): Picture {
  const sorted = data.kinds.map((kind) => ({ ...kind, shares: [...kind.shares].sort((a, b) => Number(b.is_known) - Number(a.is_known) || b.share - a.share) }));
  const ranks = Math.min(MOST, Math.max(...sorted.map((kind) => kind.shares.length)));
  // The last segment holds all that follow.
  const part = (kind: (typeof sorted)[number], rank: number): { party: string; share: number; is_known: boolean } | undefined => {
    if (rank < ranks - 1) return kind.shares[rank];
    const rest = kind.shares.slice(rank);
    if (rest.length < 2) return rest[0];
    return { party: `${rest.length} others`, is_known: true, share: rest.reduce((sum, one) => sum + one.share, 0) };
  };
  return {
    height: () => 40 + sorted.length * 40,
    option: (colours, width) => ({
      ...base(colours),
      grid: { left: 4, right: 22, top: 4, bottom: 4, containLabel: true },
      xAxis: values(colours, { min: 0, max: 1, axisLabel: { color: colours.muted, formatter: (v: number) => percent(v) } }),
      yAxis: names(
        colours,
        sorted.map((kind) => kind.kind),
        { inverse: true, axisLine: { show: false } },
      ),
      tooltip: {
        ...(base(colours)["tooltip"] as object),
        formatter: (one: { seriesIndex: number; dataIndex: number }) => {
          const kind = sorted[one.dataIndex];
          const found = kind && part(kind, one.seriesIndex);
          return kind && found
            ? tip(`${found.party} (${kind.kind})`, [["Share", percent(found.share)], ["HHI of the kind", kind.hhi.toFixed(2)]], SOURCE)
            : "";
        },
      },
      series: Array.from({ length: ranks }, (_, rank) => ({
        type: "bar",
        stack: "shares",
        barWidth: 26,
        itemStyle: { color: faded(colours.supply, SHADES[rank] ?? 0.1), borderColor: colours.paper, borderWidth: 1.5 },
        data: sorted.map((kind) => {
          const found = part(kind, rank);
          const unknown = { itemStyle: { color: colours.ramp[0] }, label: { color: colours.ink } };
          return { value: found?.share ?? 0, ...(found && !found.is_known ? unknown : {}) };
        }),
        label: {
          show: true,
          fontSize: 12,
          color: rank < 2 ? colours.paper : colours.ink,
          formatter: (one: { dataIndex: number; value: number }) => {
            const kind = sorted[one.dataIndex];
            const room = Math.floor((one.value * (width - 120)) / 7.2) - 1;
            const text = kind ? (part(kind, rank)?.party ?? "") : "";
            return room < 4 ? "" : clipped(text, room);
          },
        },
      })),
    }),
    steps: (): Step[] =>
      sorted.flatMap((kind, at) =>
        Array.from({ length: ranks }, (_, rank) => ({ rank, found: part(kind, rank) })).flatMap(({ rank, found }) =>
          found ? [{ seriesIndex: rank, dataIndex: at, text: spoken(found.party, [[kind.kind, percent(found.share)]]) }] : [],
        ),
      ),
  };
}
