// What to sign next: a plan of its own or that of the study, its bounds while they close, and why not the rest.

import { Button, Card, Checkbox, Group, NativeSelect, NumberInput, Stack, Text, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAsked } from "../app/search";
import { useSession } from "../app/session";
import { minute } from "../format/time";
import { Await, Nothing, Trouble } from "../kit/States";
import { Figures, How, type Report, Tables } from "../kit/Told";
import { RunProgress } from "../runs/Progress";
import { isOver, type Job, useJobs, useReport, useStart } from "../runs/queries";
import { labelOf } from "../runs/words";
import { OfferMemo } from "./OfferMemo";
import { ROOMS } from "./rooms";

const RUNS = ["plan", "study"];

export default function PlanPage(): ReactNode {
  const jobs = useJobs();
  const asked = useAsked("run");
  return (
    <Stack>
      <div>
        <Title order={1}>Plan</Title>
        <Text c="dimmed" size="sm" maw={720}>
          What to sign, and when, so that work is served at the least cost over all futures; no plan can be better by more than the gap that is shown.
        </Text>
      </div>
      <Begin />
      <OfferMemo />
      <Await query={jobs} rows={8}>
        {(all) => <Plans jobs={all.filter((job) => RUNS.includes(job.kind) && job.changes.length === 0)} asked={asked} />}
      </Await>
    </Stack>
  );
}

function Plans({ jobs, asked }: { jobs: Job[]; asked: string | undefined }): ReactNode {
  const navigate = useNavigate();
  const done = jobs.filter((job) => job.state === "done");
  const chosen = done.find((job) => job.id === asked) ?? done.find((job) => job.kind === "plan") ?? done[0] ?? null;
  const report = useReport(chosen?.id ?? null);
  const said = (job: Job): string => `${labelOf(job.kind)} of ${minute(job.made)} · book ${job.book.slice(0, 8)}`;
  return (
    <>
      {jobs
        .filter((job) => job.kind === "plan" && !isOver(job))
        .map((job) => (
          <RunProgress key={job.id} job={job} />
        ))}
      {!chosen && <Nothing title="No plan yet">Start one above; the study of the overview makes a small one too.</Nothing>}
      {done.length > 1 && (
        <NativeSelect
          size="xs"
          maw={420}
          label="Plan shown"
          value={chosen?.id}
          data={done.map((job) => ({ value: job.id, label: said(job) }))}
          onChange={(event) => void navigate({ to: ".", search: { run: event.currentTarget.value } as never })}
        />
      )}
      {chosen && (
        <Await query={report} rows={10}>
          {(told) => <Told report={told} />}
        </Await>
      )}
    </>
  );
}

function Told({ report }: { report: Report }): ReactNode {
  const ids: string[] = [...ROOMS["/plan"]];
  const isThere = report.figures.some((shown) => ids.includes(shown.id));
  if (!isThere) return <Nothing title="There is nothing to plan">The book has no offers and no options that could be signed, or the study left the plan out.</Nothing>;
  return (
    <>
      <Figures report={report} ids={ids} />
      <Tables report={report} ids={["plan-alternatives"]} />
      <How report={report} />
    </>
  );
}

/// Starts a plan.
function Begin(): ReactNode {
  const { isDesk } = useSession();
  const start = useStart();
  const [futures, setFutures] = useState<number | string>(10);
  const [starts, setStarts] = useState<number | string>(1);
  const [gap, setGap] = useState<number | string>(0.5);
  const [weight, setWeight] = useState<number | string>(20);
  const [isFar, setFar] = useState(false);
  if (!isDesk) return null;
  const begin = (event: FormEvent): void => {
    event.preventDefault();
    const options = { scenarios: Number(futures), starts: Number(starts), gap: `${gap}%`, "risk-weight": Number(weight) / 100, brief: !isFar, insurance: true };
    start.mutate({ kind: "plan", book: "newest", options, changes: [] });
  };
  return (
    <Card withBorder component="section" aria-label="Plan anew">
      <form onSubmit={begin}>
        <Group align="end">
          <NumberInput label="Futures" size="xs" w={110} value={futures} onChange={setFutures} min={1} max={1_000} />
          <NumberInput label="Days to sign on" size="xs" w={130} value={starts} onChange={setStarts} min={1} max={36} />
          <NumberInput label="Gap, %" size="xs" w={90} value={gap} onChange={setGap} min={0.01} max={50} step={0.1} />
          <NumberInput label="Weight of the worst, %" size="xs" w={160} value={weight} onChange={setWeight} min={0} max={100} step={10} />
          <Checkbox
            size="xs"
            mb={7}
            label="Other plans, worth of information (takes longer)"
            checked={isFar}
            onChange={(event) => setFar(event.currentTarget.checked)}
          />
          <Button type="submit" size="xs" loading={start.isPending}>
            Plan the newest version
          </Button>
        </Group>
      </form>
      {start.error && <Trouble error={start.error} />}
    </Card>
  );
}
