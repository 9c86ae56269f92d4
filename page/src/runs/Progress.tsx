// How far a run is.

import { Button, Group, Paper, Progress, Stack, Table, Text } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { useSession } from "../app/session";
import { share } from "../format/number";
import { followed, type Round } from "./bounds";
import { type Job, useCancel } from "./queries";
import { labelOf, took } from "./words";

/// The time, once a second.
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/// Shows how far a run is, and ends it.
export function RunProgress({ job }: { job: Job }): ReactNode {
  const now = useNow();
  const cancel = useCancel();
  const { isDesk } = useSession();
  const rounds = useRounds(job);
  const label = `${labelOf(job.kind)}: ${job.state === "queued" ? "waits for its turn" : job.doing || "begins"}`;
  return (
    <Paper withBorder p="sm">
      <Stack gap={6}>
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{label}</Text>
          <Text size="sm" c="dimmed" className="num">
            {share(job.progress)} · {took(job, now)}
          </Text>
        </Group>
        <Group wrap="nowrap">
          <Progress value={job.progress * 100} flex={1} aria-label={label} />
          {isDesk && (
            <Button size="compact-xs" variant="default" loading={cancel.isPending || job.is_cancelled} onClick={() => cancel.mutate(job.id)}>
              Cancel
            </Button>
          )}
        </Group>
        {rounds.length > 0 && <Closing rounds={rounds} />}
      </Stack>
    </Paper>
  );
}

/// What a plan that runs has said so far.
function useRounds(job: Job): Round[] {
  const [rounds, setRounds] = useState<Round[]>([]);
  useEffect(() => setRounds((known) => followed(known, job.doing)), [job.doing]);
  return rounds;
}

const LAST = 6;

/// The bounds between which the best plan costs, evaluation by evaluation.
function Closing({ rounds }: { rounds: Round[] }): ReactNode {
  return (
    <Table fz="xs" aria-label="Bounds of the plan so far">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Evaluation</Table.Th>
          <Table.Th ta="right">No plan costs less than</Table.Th>
          <Table.Th ta="right">Best plan so far</Table.Th>
          <Table.Th ta="right">Gap</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rounds.slice(-LAST).map((round) => (
          <Table.Tr key={round.evaluation} className="num">
            <Table.Td>{round.evaluation}</Table.Td>
            <Table.Td ta="right">{round.below}</Table.Td>
            <Table.Td ta="right">{round.plan ?? "none yet"}</Table.Td>
            <Table.Td ta="right">{round.gap ?? "–"}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
