// What hangs on whom: bands as wide as the GPUs that run through them.

import { FONT, base } from "../base";
import type { Picture, Step } from "../frame";
import { clipped, safe, spoken, tip, whole } from "../words";

interface Data {
  layers: string[];
  nodes: { layer: number; name: string }[];
  links: { from: number; to: number; gpus: number }[];
}

const LEFT = 4;
const NODE = 10;
const SOURCE = "Promised GPUs; from grid to work split by mean demand; book.flow";

export function flow(data: Data): Picture {
  const key = (at: number): string => `${data.nodes[at]?.layer} ${data.nodes[at]?.name}`;
  const name = (id: string): string => id.replace(/^\d+ /, "");
  const through = data.nodes.map((_, at) => {
    const sum = (end: "from" | "to"): number =>
      data.links.filter((link) => link[end] === at).reduce((all, link) => all + link.gpus, 0);
    return Math.max(sum("from"), sum("to"));
  });
  const last = data.layers.length - 1;
  return {
    height: () => Math.max(360, 34 * Math.max(...data.layers.map((_, at) => data.nodes.filter((n) => n.layer === at).length))) + 30,
    leastWidth: 760,
    option: (colours, width) => {
      const shades = data.layers.map((_, at) => (at === last ? colours.demand : colours.supply));
      const right = 132;
      const step = (width - LEFT - right - NODE) / Math.max(last, 1);
      const room = Math.max(10, Math.floor((step - 26) / 6.4));
      return {
        ...base(colours),
        tooltip: {
          ...(base(colours)["tooltip"] as object),
          formatter: (one: { dataType: string; data: { source: string; target: string; value: number }; name: string; dataIndex: number }) =>
            one.dataType === "edge"
              ? tip(`${name(one.data.source)} → ${name(one.data.target)}`, [["GPUs", whole(one.data.value)]], SOURCE)
              : tip(name(one.name), [[data.layers[data.nodes[one.dataIndex]?.layer ?? 0] ?? "", ""], ["GPUs", whole(through[one.dataIndex])]], SOURCE),
        },
        series: [
          {
            type: "sankey",
            left: LEFT,
            right,
            top: 36,
            bottom: 10,
            nodeWidth: NODE,
            nodeGap: 14,
            draggable: false,
            layoutIterations: 64,
            emphasis: { focus: "adjacency" },
            lineStyle: { color: "source", opacity: 0.26, curveness: 0.5 },
            label: {
              color: colours.ink,
              fontSize: 12,
              distance: 5,
              formatter: (one: { name: string }) => clipped(name(one.name), room),
            },
            data: data.nodes.map((node, at) => ({
              name: key(at),
              depth: node.layer,
              itemStyle: { color: shades[node.layer], borderWidth: 0 },
            })),
            links: data.links.map((link) => ({ source: key(link.from), target: key(link.to), value: link.gpus })),
          },
        ],
        graphic: data.layers.map((layer, at) => ({
          type: "text",
          silent: true,
          x: LEFT + at * step,
          y: 4,
          style: { text: layer, fill: colours.muted, font: `600 12px ${FONT}` },
        })),
      };
    },
    steps: (): Step[] =>
      data.nodes.map((node, at) => ({
        seriesIndex: 0,
        dataIndex: at,
        text: spoken(safe(node.name), [[data.layers[node.layer] ?? "", `${whole(through[at])} GPUs`]]),
      })),
  };
}
