// What all pages of a study have in common: which study it is, how it stands to the book, and what to do where there is none.

import { Alert, Button, Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useSession } from "../app/session";
import { minute } from "../format/time";
import { Await, Nothing, Trouble } from "../kit/States";
import { How, type Report } from "../kit/Told";
import { RunProgress } from "../runs/Progress";
import { type Job, useReport, useStart } from "../runs/queries";
import { type Standing, useStudy } from "./queries";

interface Given {
  title: string;
  about: string;
  children: (report: Report, standing: Standing) => ReactNode;
}

export function StudyFrame({ title, about, children }: Given): ReactNode {
  const { query, standing } = useStudy();
  return (
    <Stack>
      <Group justify="space-between" align="start">
        <div>
          <Title order={1}>{title}</Title>
          <Text c="dimmed" size="sm" maw={720}>
            {about}
          </Text>
        </div>
        {standing && standing.done.length > 1 && <Which standing={standing} />}
      </Group>
      <Await query={query} rows={8}>
        {() => standing && <Standings standing={standing}>{children}</Standings>}
      </Await>
    </Stack>
  );
}

function Which({ standing }: { standing: Standing }): ReactNode {
  const said = (job: Job): string => `${minute(job.made)} · book ${job.book.slice(0, 8)}`;
  return (
    <NativeSelect
      size="xs"
      label="Study"
      value={standing.study?.id}
      data={standing.done.map((job) => ({ value: job.id, label: said(job) }))}
      onChange={(event) => standing.choose(event.currentTarget.value)}
    />
  );
}

function Standings({ standing, children }: { standing: Standing; children: Given["children"] }): ReactNode {
  const report = useReport(standing.study?.id ?? null);
  return (
    <>
      {standing.coming && <RunProgress job={standing.coming} />}
      {!standing.study && !standing.coming && (
        <Nothing title="No study yet">
          A study runs every part on the book: whether it holds, what fails with whom, what it costs and earns, what to sign.
          <br />
          <StartStudy />
        </Nothing>
      )}
      {standing.isOld && !standing.coming && (
        <Alert color="orange" variant="light" title="The book has changed since this study">
          <Group justify="space-between">
            <Text size="sm">What is shown is of version {standing.study?.book.slice(0, 8)}.</Text>
            <StartStudy />
          </Group>
        </Alert>
      )}
      {standing.study && (
        <Await query={report} rows={10}>
          {(told) => (
            <>
              {children(told, standing)}
              <How report={told} />
            </>
          )}
        </Await>
      )}
    </>
  );
}

/// Starts a study of the newest version, with the command's own numbers of futures.
export function StartStudy({ label = "Run a study of the newest version" }: { label?: string }): ReactNode {
  const start = useStart();
  const { isDesk } = useSession();
  if (!isDesk) return <Text size="sm">Who has a token of the desk can run one.</Text>;
  return (
    <Stack gap="xs" mt="xs">
      {start.error && <Trouble error={start.error} />}
      <Button size="xs" loading={start.isPending} onClick={() => start.mutate({ kind: "study", book: "newest", options: {}, changes: [] })}>
        {label}
      </Button>
    </Stack>
  );
}
