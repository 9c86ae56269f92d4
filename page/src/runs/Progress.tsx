// How far a run is.

import { Button, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { useSession } from "../app/session";
import { share } from "../format/number";
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
      </Stack>
    </Paper>
  );
}
