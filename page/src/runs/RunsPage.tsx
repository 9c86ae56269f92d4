// Runs of commands: start one, follow it, end it, and take along what came of it.

import { Badge, Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAsked } from "../app/search";
import { useSession } from "../app/session";
import { minute } from "../format/time";
import { Await, Nothing, Trouble } from "../kit/States";
import { Wide } from "../kit/Wide";
import { RunProgress, useNow } from "./Progress";
import { isOver, type Job, useJobs, useRemove } from "./queries";
import { RunDetails } from "./RunDetails";
import { StartForm } from "./StartForm";
import { told, took } from "./words";

const TONES: Record<string, string> = { done: "teal", failed: "red", cancelled: "gray", running: "supply", queued: "gray" };

export default function RunsPage(): ReactNode {
  const jobs = useJobs();
  const { isDesk } = useSession();
  const asked = useAsked("run");
  return (
    <Stack>
      <div>
        <Title order={1}>Runs</Title>
        <Text c="dimmed" size="sm" maw={720}>
          A run outlives the page and the server: close either, and find it here. The same command on the same version is not run twice.
        </Text>
      </div>
      {isDesk && <StartForm />}
      <Await query={jobs} rows={6}>
        {(all) =>
          all.length === 0 ? (
            <Nothing title="Nothing was run yet">Start a study: it runs every part on the newest version of the book.</Nothing>
          ) : (
            <>
              {all
                .filter((job) => !isOver(job))
                .map((job) => (
                  <RunProgress key={job.id} job={job} />
                ))}
              <Runs jobs={all} asked={asked} />
            </>
          )
        }
      </Await>
    </Stack>
  );
}

function Runs({ jobs, asked }: { jobs: Job[]; asked: string | undefined }): ReactNode {
  const remove = useRemove();
  const { isDesk } = useSession();
  const navigate = useNavigate();
  const now = useNow();
  const open = (id: string | undefined): void => void navigate({ to: ".", search: { run: id } as never });
  const chosen = jobs.find((job) => job.id === asked);
  return (
    <>
      {remove.error && <Trouble error={remove.error} />}
      <Wide minWidth={760} label="Runs">
        <Table fz="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What</Table.Th>
              <Table.Th>Book</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th ta="right">Took</Table.Th>
              <Table.Th>Asked for</Table.Th>
              <Table.Th>
                <span className="unseen">Actions</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {jobs.map((job) => (
              <Table.Tr key={job.id}>
                <Table.Td>
                  {told(job)}
                  {job.changes.length > 0 && (
                    <Text size="xs" c="dimmed">
                      with {job.changes.length} changes on top of the version
                    </Text>
                  )}
                </Table.Td>
                <Table.Td className="num">{job.book.slice(0, 8)}</Table.Td>
                <Table.Td>
                  <Badge variant="outline" miw={86} color={TONES[job.state] ?? "gray"}>
                    {job.state}
                  </Badge>
                </Table.Td>
                <Table.Td ta="right" className="num">
                  {took(job, now)}
                </Table.Td>
                <Table.Td>
                  {minute(job.made)}
                  <Text size="xs" c="dimmed">
                    {job.who}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Group gap={6} justify="end" wrap="nowrap">
                    <Button size="compact-xs" variant="default" aria-expanded={job.id === chosen?.id} onClick={() => open(job.id === chosen?.id ? undefined : job.id)}>
                      {job.id === chosen?.id ? "Close" : "Open"}
                    </Button>
                    {isDesk && isOver(job) && (
                      <Button size="compact-xs" variant="subtle" color="red" loading={remove.isPending && remove.variables === job.id} onClick={() => remove.mutate(job.id)}>
                        Remove
                      </Button>
                    )}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      {chosen && <RunDetails key={chosen.id} job={chosen} />}
    </>
  );
}
