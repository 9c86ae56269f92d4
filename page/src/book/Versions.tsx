// Versions of the book: which there are, what differs between two, and an older one taken back.

import { Badge, Button, Card, Group, List, NativeSelect, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useSession } from "../app/session";
import { minute } from "../format/time";
import { Await, Trouble } from "../kit/States";
import { Wide } from "../kit/Wide";
import type { Version } from "../runs/queries";
import { type Difference, useDifference, useTakeBack } from "./queries";

interface Given {
  versions: Version[];
  shown: string;
  onShow: (id: string) => void;
  onTaken: () => void;
}

export function Versions({ versions, shown, onShow, onTaken }: Given): ReactNode {
  const newest = versions.find((version) => version.is_newest) ?? versions[0];
  return (
    <Stack>
      <Wide minWidth={700} label="Versions">
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right">Number</Table.Th>
              <Table.Th>Kept</Table.Th>
              <Table.Th>Why</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>
                <span className="unseen">Actions</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {versions.map((version) => (
              <Table.Tr key={version.number}>
                <Table.Td ta="right" className="num">
                  {version.number}
                </Table.Td>
                <Table.Td>
                  {minute(version.at)}
                  <Text size="xs" c="dimmed">
                    {version.who}
                  </Text>
                </Table.Td>
                <Table.Td>{version.why}</Table.Td>
                <Table.Td>
                  <Group gap={4}>
                    {version.is_newest && <Badge variant="outline">newest</Badge>}
                    {version.is_published && (
                      <Badge variant="outline" color="teal">
                        published
                      </Badge>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td ta="right">
                  <Button size="compact-xs" variant="default" disabled={version.id === shown} onClick={() => onShow(version.id)}>
                    Show
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      {newest && versions.length > 1 && <TakeBack versions={versions} newest={newest} onTaken={onTaken} />}
      {versions.length > 1 && <Compare versions={versions} />}
    </Stack>
  );
}

const said = (version: Version): string => `${version.number}: ${version.why || minute(version.at)}`;

function TakeBack({ versions, newest, onTaken }: { versions: Version[]; newest: Version; onTaken: () => void }): ReactNode {
  const { isDesk } = useSession();
  const take = useTakeBack(newest.id);
  const older = versions.filter((version) => version.id !== newest.id);
  const [id, setId] = useState(older[0]?.id ?? "");
  const [why, setWhy] = useState("");
  if (!isDesk || older.length === 0) return null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const onSuccess = (): void => {
      setWhy("");
      onTaken();
    };
    take.mutate({ id, why: why.trim() }, { onSuccess });
  };
  return (
    <Card withBorder component="section" aria-label="Take back">
      <Title order={2} fz="md">
        Take back
      </Title>
      <Text size="sm" c="dimmed">
        Keeps an older version as the newest. What came after it stays in the list.
      </Text>
      <form onSubmit={submit}>
        <Group align="end" mt={6}>
          <NativeSelect size="xs" label="Back to version" value={id} data={older.map((version) => ({ value: version.id, label: said(version) }))} onChange={(event) => setId(event.currentTarget.value)} />
          <TextInput size="xs" flex={1} label="Why" required value={why} onChange={(event) => setWhy(event.currentTarget.value)} />
          <Button type="submit" size="xs" color="orange" loading={take.isPending} disabled={why.trim() === ""}>
            Take back
          </Button>
        </Group>
      </form>
      {take.error && <Trouble error={take.error} />}
    </Card>
  );
}

function Compare({ versions }: { versions: Version[] }): ReactNode {
  const [before, setBefore] = useState(versions[1]?.id ?? "");
  const [after, setAfter] = useState(versions[0]?.id ?? "");
  const difference = useDifference(before, after);
  const data = versions.map((version) => ({ value: version.id, label: said(version) }));
  return (
    <Card withBorder component="section" aria-label="Compare">
      <Title order={2} fz="md">
        Compare
      </Title>
      <Group align="end" mt={6} mb="sm">
        <NativeSelect size="xs" label="Before" value={before} data={data} onChange={(event) => setBefore(event.currentTarget.value)} />
        <NativeSelect size="xs" label="After" value={after} data={data} onChange={(event) => setAfter(event.currentTarget.value)} />
      </Group>
      <Await query={difference}>{(found) => <Changes difference={found} />}</Await>
    </Card>
  );
}

function Changes({ difference }: { difference: Difference }): ReactNode {
  if (difference.changes.length === 0) return <Text size="sm">The two are the same.</Text>;
  return (
    <Stack gap="sm">
      {difference.changes.map((change) => (
        <div key={change.table + change.id}>
          <Text size="sm" fw={600}>
            {change.table} {change.name ?? change.id}
            {change.happened !== "changed" && ` was ${change.happened}`}
          </Text>
          {change.happened === "changed" && (
            <List size="sm">
              {change.values
                .filter((value) => value.is_written)
                .map((value) => (
                  <List.Item key={value.field}>
                    {value.field}: {value.before?.text ?? "nothing"} → <b>{value.after?.text ?? "nothing"}</b>
                    {value.after && value.before && value.after.mark !== value.before.mark && ` (${value.before.mark} → ${value.after.mark})`}
                  </List.Item>
                ))}
            </List>
          )}
        </div>
      ))}
    </Stack>
  );
}
