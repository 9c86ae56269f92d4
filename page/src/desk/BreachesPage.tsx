import { Badge, Button, Card, Group, Stack, Table, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { answered, api } from "../api/client";
import { useSession } from "../app/session";
import { compact, count, gpus } from "../format/number";
import { minute } from "../format/time";
import { Await, Nothing, Trouble } from "../kit/States";
import { Wide } from "../kit/Wide";
import { type Breaches, useBreaches, useChange } from "./queries";

type Breach = Breaches["promises"][number];
type Cure = Breach["cures"][number];

/// What is promised and will not be there, by priority, with what would cure it.
export default function BreachesPage(): ReactNode {
  const breaches = useBreaches();
  return (
    <Stack>
      <div>
        <Title order={1}>Breaches</Title>
        <Text c="dimmed" size="sm">
          Promises that get less than was promised since supply changed, or are less firm. Nothing is dropped: each waits here until it is cured.
        </Text>
      </div>
      <Await query={breaches}>
        {(data) =>
          data.promises.length + data.contracts.length === 0 ? (
            <Nothing title="Every promise can be kept">When a delivery slips or a contract ends, those that no longer fit are listed here.</Nothing>
          ) : (
            <>
              {data.promises.map((breach) => (
                <BreachCard key={breach.promise} breach={breach} />
              ))}
              {data.contracts.length > 0 && <Late contracts={data.contracts} />}
            </>
          )
        }
      </Await>
    </Stack>
  );
}

function BreachCard({ breach }: { breach: Breach }): ReactNode {
  return (
    <Card withBorder component="article" aria-label={`Breach of ${breach.tenant}`}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Group gap="xs">
            <Text fw={600}>{breach.tenant}</Text>
            <Badge variant="light">priority {breach.priority}</Badge>
            <Badge variant="light" color={breach.state === "held" ? "orange" : "teal"}>
              {breach.state}
            </Badge>
          </Group>
          <Text size="sm">
            {breach.kind === "softer"
              ? `${breach.says}, from ${minute(breach.from)} to ${minute(breach.until)}`
              : `lacks up to ${gpus(breach.short)} from ${minute(breach.from)} to ${minute(breach.until)}, ${compact(breach.gpu_hours)} GPU-hours in all`}
          </Text>
          <Text size="xs" c="dimmed" ff="monospace">
            {breach.promise}
          </Text>
        </div>
      </Group>
      {breach.cures.length === 0 ? (
        <Text size="sm" mt="sm" c="dimmed">
          Nothing that is free would cure it; ask for a quote to learn what could be signed or built.
        </Text>
      ) : (
        <Stack gap="xs" mt="sm">
          {breach.cures.map((cure) => (
            <CureLine key={JSON.stringify(cure)} breach={breach} cure={cure} />
          ))}
        </Stack>
      )}
    </Card>
  );
}

function CureLine({ breach, cure }: { breach: Breach; cure: Cure }): ReactNode {
  const { mayWrite } = useSession();
  const only = cure.parts.length === 1 ? cure.parts[0] : undefined;
  const move = useChange(() =>
    answered(
      api.POST("/v1/promises/{id}/change", {
        params: { path: { id: breach.promise } },
        body: { pool: only?.pool ?? null, from: only?.from ?? null, why: "cure of a breach" },
      }),
    ).then(() => notifications.show({ color: "teal", title: "Moved", message: `${breach.tenant} is in ${only?.pool ?? ""} now` })),
  );
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">
        {cure.parts.map((part) => `${count(part.gpus)} in ${part.pool} from ${minute(part.from)} to ${minute(part.until)}`).join(" and ")}
      </Text>
      {mayWrite && only && (
        <Button size="compact-sm" variant="light" loading={move.isPending} onClick={() => move.mutate(undefined)}>
          Move it there
        </Button>
      )}
      {move.error && <Trouble error={move.error} />}
    </Group>
  );
}

function Late({ contracts }: { contracts: Breaches["contracts"] }): ReactNode {
  return (
    <Card withBorder>
      <Title order={2} mb="xs">
        Contracts sold before the desk opened
      </Title>
      <Wide minWidth={420} label="Contracts sold before">
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Contract</Table.Th>
              <Table.Th>To</Table.Th>
              <Table.Th>Late beyond its grace from</Table.Th>
              <Table.Th ta="right">GPUs short</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {contracts.map((late) => (
              <Table.Tr key={late.contract + late.from}>
                <Table.Td>{late.contract}</Table.Td>
                <Table.Td>{late.tenant}</Table.Td>
                <Table.Td>{minute(late.from)}</Table.Td>
                <Table.Td ta="right" className="num">
                  {count(late.short)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Card>
  );
}
