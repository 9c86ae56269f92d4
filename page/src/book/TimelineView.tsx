// Contracts on a timeline: promised, the fan of likely days, the term; the same in words for who does not see it.

import { Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useSession } from "../app/session";
import { gpus } from "../format/number";
import { day, ticks } from "../format/time";
import { RunProgress } from "../runs/Progress";
import { isOver, useJobs, useStart } from "../runs/queries";
import { useDeliveries } from "./queries";
import { axis, type Bar, type Lane, lanes } from "./timeline";
import { ThingCard } from "./ThingCard";
import { text, thing, things, type Whole } from "./things";

interface Given {
  book: Whole;
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

export function TimelineView({ book, chosen, onChoose }: Given): ReactNode {
  const jobs = useJobs();
  const deliveries = useDeliveries(jobs.data, book.id);
  const all = lanes(book, deliveries.data ?? []);
  const until = text(things(book, "book")[0], "until");
  const time = axis(all, until);
  const contract = thing(book, "contract", chosen?.split(".")[0] ?? "");
  const tranches = contract ? things(book, "tranche").filter((tranche) => tranche.id.startsWith(`${contract.id}.`)) : [];
  return (
    <Stack>
      {!deliveries.data && <NoFan book={book} />}
      <Legend />
      <div className="lanes" role="list" aria-label="Contracts">
        <Axis time={time} />
        {all.map((lane) => (
          <LaneView key={lane.contract} lane={lane} time={time} isChosen={lane.contract === contract?.id} onChoose={onChoose} />
        ))}
      </div>
      {contract && (
        <>
          <ThingCard book={book} table="contract" thing={contract} />
          {tranches.map((tranche) => (
            <ThingCard key={tranche.id} book={book} table="tranche" thing={tranche} />
          ))}
        </>
      )}
    </Stack>
  );
}

/// Offers the run that says how late deliveries may be.
function NoFan({ book }: { book: Whole }): ReactNode {
  const start = useStart();
  const jobs = useJobs();
  const { isDesk } = useSession();
  const mine = jobs.data?.find((job) => job.book === book.id && !isOver(job) && ["assess", "study"].includes(job.kind));
  if (mine) return <RunProgress job={mine} />;
  return (
    <Group>
      <Text size="sm" c="dimmed">
        Promised days alone: how late deliveries may be, a run of assess on this version says.
      </Text>
      {isDesk && (
        <Button size="compact-sm" variant="light" loading={start.isPending} onClick={() => start.mutate({ kind: "assess", book: book.id, options: { samples: 500, quick: true }, changes: [] })}>
          Run it
        </Button>
      )}
    </Group>
  );
}

function Legend(): ReactNode {
  return (
    <Group gap="md">
      {[
        ["promised", "promised"],
        ["fan", "P10 to P90 in service"],
        ["median", "P50"],
        ["term", "the term, from the promised day"],
      ].map(([mark, label]) => (
        <Text key={mark} size="xs" c="dimmed" component="span">
          <span className={`mark ${mark}`} aria-hidden /> {label}
        </Text>
      ))}
    </Group>
  );
}

type Time = { from: number; until: number };
const part = (at: number, { from, until }: Time): string => `${Math.min(100, Math.max(0, ((at - from) / (until - from)) * 100))}%`;

function Axis({ time }: { time: Time }): ReactNode {
  return (
    <div className="lane axis" aria-hidden>
      <span />
      <div className="track">
        {ticks(time.from, time.until, 365 * 86_400_000).map((tick) => (
          <span key={tick.at} className="tick" style={{ left: part(tick.at, time) }}>
            {tick.label}
          </span>
        ))}
      </div>
    </div>
  );
}

function LaneView({ lane, time, isChosen, onChoose }: { lane: Lane; time: Time; isChosen: boolean; onChoose: (id: string) => void }): ReactNode {
  return (
    <div className={isChosen ? "lane chosen" : "lane"} role="listitem">
      <button type="button" className="link" aria-pressed={isChosen} onClick={() => onChoose(lane.contract)}>
        {lane.name}
        <Text size="xs" c="dimmed">
          {lane.seller}
        </Text>
      </button>
      <div className="bars">
        {lane.bars.map((bar) => (
          <BarView key={bar.id} bar={bar} time={time} />
        ))}
      </div>
    </div>
  );
}

/// Says a bar in words.
function said(bar: Bar): string {
  const name = bar.id.split(".").slice(1).join(".");
  const likely = bar.slip && !bar.delivered ? `; half of all futures have it by ${day(bar.slip.p50)}, nine in ten ${bar.slip.p90 === null ? "never" : `by ${day(bar.slip.p90)}`}` : "";
  return `${name}${bar.gpus === null ? "" : `, ${gpus(bar.gpus)}`}: ${bar.delivered ? "delivered" : "promised"} ${day(bar.promised)}${likely}`;
}

function BarView({ bar, time }: { bar: Bar; time: Time }): ReactNode {
  const ends = Number.isNaN(bar.ends) ? time.until : bar.ends;
  const between = (from: number, until: number) => ({ left: part(from, time), right: `calc(100% - ${part(until, time)})` });
  return (
    <div className="row">
      <div className="track" aria-hidden>
        <span className={bar.delivered ? "term done" : "term"} style={between(bar.promised, ends)} />
        {bar.slip && !bar.delivered && <span className="fan" style={between(bar.slip.p10, bar.slip.p90 ?? time.until)} />}
        {bar.slip && !bar.delivered && <span className="median" style={{ left: part(bar.slip.p50, time) }} />}
        <span className="promised" style={{ left: part(bar.promised, time) }} />
      </div>
      <Text size="xs">{said(bar)}</Text>
    </div>
  );
}
