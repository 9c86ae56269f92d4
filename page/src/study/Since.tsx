// What has changed since the study before: in the book, and in the answer.

import { Anchor, Card, List, SimpleGrid, Table, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Shape } from "../api/client";
import { useDifference } from "../book/queries";
import { minute } from "../format/time";
import { Await } from "../kit/States";
import { type Report, Words } from "../kit/Told";
import { type Job, useReport } from "../runs/queries";

type Change = Shape<"ChangeShape">;

const MOST = 8;

export function Since({ report, study, before }: { report: Report; study: Job; before: Job }): ReactNode {
  const earlier = useReport(before.id);
  const changes = useDifference(before.book, study.book);
  return (
    <Card withBorder component="section" aria-label="Since the study before">
      <Title order={2}>Since the study of {minute(before.made)}</Title>
      <SimpleGrid cols={{ base: 1, lg: 2 }} mt="xs">
        <Await query={earlier} rows={4}>
          {(old) => <Both now={report} old={old} />}
        </Await>
        <Await query={changes} rows={4}>
          {(found) => <Changes changes={found.changes} />}
        </Await>
      </SimpleGrid>
    </Card>
  );
}

function Both({ now, old }: { now: Report; old: Report }): ReactNode {
  return (
    <Table fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>The answer</Table.Th>
          <Table.Th ta="right">Before</Table.Th>
          <Table.Th ta="right">Now</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {now.keys.map((key) => {
          const before = old.keys.find((known) => known.name === key.name);
          return (
            <Table.Tr key={key.name}>
              <Table.Td>{key.name}</Table.Td>
              <Table.Td ta="right">{before ? <Words html={before.number} inline /> : "–"}</Table.Td>
              <Table.Td ta="right">
                <Words html={key.number} inline />
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

/// Says a change of the book in a line.
export function line(change: Change): string {
  const values = change.values.filter((value) => value.is_written);
  const name = `${change.table} ${change.name ?? change.id}`;
  if (change.happened !== "changed") return `${name} was ${change.happened}`;
  return `${name}: ${values.map((value) => `${value.field} ${value.before?.text ?? "nothing"} → ${value.after?.text ?? "nothing"}`).join(", ")}`;
}

function Changes({ changes }: { changes: Change[] }): ReactNode {
  if (changes.length === 0) return <Text size="sm">The book is the same; what differs is the futures that were drawn, or how many.</Text>;
  return (
    <div>
      <List size="sm">
        {changes.slice(0, MOST).map((change) => (
          <List.Item key={change.table + change.id}>{line(change)}</List.Item>
        ))}
      </List>
      {changes.length > MOST && <Text size="sm">and {changes.length - MOST} more.</Text>}
      <Anchor component={Link} to="/book" size="sm">
        Compare versions in the book
      </Anchor>
    </div>
  );
}
