// What came of a run: its words, its pictures, and its files.

import { Alert, Button, Card, Code, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { compact } from "../format/number";
import { save } from "../kit/download";
import { Await, Trouble } from "../kit/States";
import { Figures, How, Tables } from "../kit/Told";
import { fileOf, type Job, resultOf, useJob, useReport } from "./queries";
import { labelOf } from "./words";

export function RunDetails({ job }: { job: Job }): ReactNode {
  return (
    <Card withBorder component="section" aria-label={`${labelOf(job.kind)} in full`}>
      <Stack>
        <Title order={2}>
          {labelOf(job.kind)} <Code>{job.id}</Code>
        </Title>
        {job.error && (
          <Alert color="red" variant="light" title={job.state === "cancelled" ? "It was ended" : "It failed"}>
            {job.error} {job.hint}
          </Alert>
        )}
        {job.state === "done" && <Files job={job} />}
        {job.state === "done" && <Shown job={job} />}
      </Stack>
    </Card>
  );
}

/// Files to take along; a link would not carry the token.
function Files({ job }: { job: Job }): ReactNode {
  const whole = useJob(job.id);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const take = (name: string, fetched: Promise<Blob>): void => {
    setTrouble(null);
    fetched.then((blob) => save.blob(name.split("/").pop() ?? name, blob)).catch((error: Error) => setTrouble(error));
  };
  return (
    <>
      <Group gap={6} role="group" aria-label="Files">
        <Button size="compact-sm" variant="light" onClick={() => take(`${job.kind}.json`, resultOf(job.id))}>
          Result as JSON
        </Button>
        <Await query={whole} rows={1}>
          {({ files }) =>
            (files ?? []).map((file) => (
              <Button key={file.name} size="compact-sm" variant="default" onClick={() => take(file.name, fileOf(job.id, file.name))}>
                {file.name}
                <Text span size="xs" c="dimmed" ml={6}>
                  {compact(file.size)}B
                </Text>
              </Button>
            ))
          }
        </Await>
      </Group>
      {trouble && <Trouble error={trouble} />}
    </>
  );
}

function Shown({ job }: { job: Job }): ReactNode {
  const report = useReport(job.id);
  return (
    <Await query={report} rows={6}>
      {(told) => (
        <>
          <Figures report={told} ids={told.figures.map((shown) => shown.id)} />
          <Tables report={told} ids={told.tables.map((table) => table.id)} />
          <How report={told} />
        </>
      )}
    </Await>
  );
}
