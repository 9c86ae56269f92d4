// A form that starts a run of the newest or the published version.

import { Button, Card, Group, NativeSelect, NumberInput, Text } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { Trouble } from "../kit/States";
import { useStart } from "./queries";
import { KINDS } from "./words";

export function StartForm(): ReactNode {
  const start = useStart();
  const [name, setName] = useState(KINDS[0]?.kind ?? "");
  const [book, setBook] = useState("newest");
  const [given, setGiven] = useState<Record<string, number | string>>({});
  const kind = KINDS.find((known) => known.kind === name);
  const begin = (event: FormEvent): void => {
    event.preventDefault();
    const asked = (kind?.choices ?? []).map((choice) => [choice.name, Number(given[choice.name] ?? choice.usual)] as const);
    start.mutate({ kind: name, book, options: Object.fromEntries(asked), changes: [] });
  };
  return (
    <Card withBorder component="section" aria-label="Start a run">
      <form onSubmit={begin}>
        <Group align="end">
          <NativeSelect
            size="xs"
            label="Run"
            value={name}
            data={KINDS.map((known) => ({ value: known.kind, label: known.label }))}
            onChange={(event) => {
              setName(event.currentTarget.value);
              setGiven({});
            }}
          />
          <NativeSelect
            size="xs"
            label="On the version"
            value={book}
            data={[
              { value: "newest", label: "the newest" },
              { value: "published", label: "the published" },
            ]}
            onChange={(event) => setBook(event.currentTarget.value)}
          />
          {kind?.choices.map((choice) => (
            <NumberInput
              key={choice.name}
              size="xs"
              w={150}
              label={choice.label}
              value={given[choice.name] ?? choice.usual}
              onChange={(value) => setGiven((known) => ({ ...known, [choice.name]: value }))}
              min={choice.least}
              max={choice.most}
            />
          ))}
          <Button type="submit" size="xs" loading={start.isPending}>
            Start
          </Button>
        </Group>
        <Text size="xs" c="dimmed" mt={6}>
          {kind?.about}.
          {start.data?.reused && " The same was run before: that run is below."}
        </Text>
      </form>
      {start.error && <Trouble error={start.error} />}
    </Card>
  );
}
