// Sites on a map: a circle by megawatts, filled by how much of them contracts are billed for; the same as a list.

import { Card, Grid, Stack, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { count, share } from "../format/number";
import { Wide } from "../kit/Wide";
import { framed, type Frame, placed, type Placed, project, radius } from "./mapping";
import { ThingCard } from "./ThingCard";
import { type Site, sites, thing, type Whole } from "./things";
import { LANDS } from "./world";

interface Given {
  book: Whole;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

export function MapView({ book, chosen, onChoose }: Given): ReactNode {
  const all = sites(book);
  const { placed: found, unplaced } = placed(all);
  const site = thing(book, "site", chosen ?? "");
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack gap="xs">
          {found.length > 0 && <World found={found} chosen={chosen} onChoose={onChoose} />}
          <Text size="xs" c="dimmed">
            A circle&apos;s area is the site&apos;s grid power, dark the part that contracts are billed for, where both are known; dashed where only the zone is known.
            {unplaced.length > 0 && ` Not on the map: ${unplaced.map(({ name }) => name).join(", ")}.`}
          </Text>
          <List all={all} chosen={chosen} onChoose={onChoose} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        {site ? (
          <Stack>
            <ThingCard book={book} table="site" thing={site} />
            {book.tables
              .filter((table) => table.table === "hall")
              .flatMap((table) => table.rows)
              .filter((hall) => hall.values.some((value) => value.field === "site" && value.text === site.id))
              .map((hall) => (
                <ThingCard key={hall.id} book={book} table="hall" thing={hall} />
              ))}
          </Stack>
        ) : (
          <Card withBorder>
            <Text size="sm" c="dimmed">
              Choose a site to see what is known of it, and from where.
            </Text>
          </Card>
        )}
      </Grid.Col>
    </Grid>
  );
}

const used = ({ billed, megawatts }: Site): number | null => (billed === null || !megawatts ? null : billed / megawatts);

function World({ found, chosen, onChoose }: { found: Placed[] } & Omit<Given, "book">): ReactNode {
  const frame = framed(found.map(({ at }) => at));
  return (
    <svg className="world" viewBox={`0 0 ${frame.width} ${frame.height}`} role="img" aria-label={`A map with ${found.length} sites; the list below says the same`}>
      {LANDS.map((land, at) => (
        <polygon key={at} className="land" points={land.map((point) => project(point, frame).join(",")).join(" ")} />
      ))}
      {found.map((one) => (
        <Dot key={one.site.id} one={one} frame={frame} isChosen={one.site.id === chosen} onChoose={onChoose} />
      ))}
    </svg>
  );
}

function Dot({ one, frame, isChosen, onChoose }: { one: Placed; frame: Frame; isChosen: boolean; onChoose: (id: string) => void }): ReactNode {
  const [x, y] = project(one.at, frame);
  const whole = radius(one.site.megawatts);
  const inner = used(one.site);
  return (
    <g className={isChosen ? "dot chosen" : "dot"} onClick={() => onChoose(one.site.id)}>
      <circle cx={x} cy={y} r={whole} className={one.isExact ? "power" : "power vague"} />
      {inner !== null && <circle cx={x} cy={y} r={whole * Math.sqrt(Math.min(1, inner))} className="used" />}
      {(isChosen || (one.site.megawatts ?? 0) >= 200) && (
        <text x={x} y={y - whole - 0.4}>
          {one.site.name.split(/[,(]/)[0]}
        </text>
      )}
    </g>
  );
}

function List({ all, chosen, onChoose }: { all: Site[] } & Omit<Given, "book">): ReactNode {
  return (
    <Wide minWidth={560} label="Sites">
      <Table fz="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Site</Table.Th>
            <Table.Th>Zone</Table.Th>
            <Table.Th ta="right">Grid power</Table.Th>
            <Table.Th ta="right">Billed for</Table.Th>
            <Table.Th ta="right">Left</Table.Th>
            <Table.Th ta="right">GPUs</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {all.map((site) => (
            <Table.Tr key={site.id} data-chosen={site.id === chosen || undefined}>
              <Table.Td>
                <button type="button" className="link" aria-pressed={site.id === chosen} onClick={() => onChoose(site.id)}>
                  {site.name}
                </button>
              </Table.Td>
              <Table.Td>{site.zone || "–"}</Table.Td>
              <Table.Td ta="right" className="num">
                {site.megawatts === null ? "–" : `${count(site.megawatts)} MW`}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {site.billed === null ? "–" : `${count(site.billed)} MW`}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {used(site) === null ? "–" : share(1 - (used(site) ?? 0))}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {site.gpus === 0 ? "–" : count(site.gpus)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
