// The answer to a wish: alternatives that can be held, or why there are none and what comes nearest.

import { Alert, Badge, Button, Card, Group, List, NumberInput, Stack, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type ReactNode, useState } from "react";
import { answered, api } from "../api/client";
import { useSession } from "../app/session";
import { count, gpus, hours, money, perHour, share } from "../format/number";
import { field, minute } from "../format/time";
import { Trouble } from "../kit/States";
import { Wide } from "../kit/Wide";
import type { Fields } from "./ask";
import { type Alternative, type Quote, useChange, type Wish } from "./queries";

interface Props {
  quote: Quote;
  wish: Wish;
  onTry: (change: Partial<Fields>) => void;
}

export function QuoteView({ quote, wish, onTry }: Props): ReactNode {
  if (!quote.is_offered) return <Refused quote={quote} wish={wish} onTry={onTry} />;
  return (
    <Stack mt="md" gap="sm">
      <Text size="sm">
        {gpus(wish.gpus ?? 0)} for {hours(wish.hours)} can be had:
      </Text>
      {(quote.alternatives ?? []).map((way) => (
        <Offered key={JSON.stringify(way.parts)} way={way} wish={wish} />
      ))}
      <Text size="xs" c="dimmed">
        A quote promises nothing. The firmness is joint: the share of futures in which at least 99 % of the GPU-hours of every month are there.
      </Text>
    </Stack>
  );
}

function Offered({ way, wish }: { way: Alternative; wish: Wish }): ReactNode {
  const { currency, mayWrite, me } = useSession();
  const [minutes, setMinutes] = useState(60);
  const hold = useChange(() =>
    answered(
      api.POST("/v1/holds", {
        body: { tenant: wish.tenant, parts: way.parts, constraints: wish.constraints, minutes, why: "held on the page" },
      }),
    ).then((made) => {
      notifications.show({ color: "teal", title: "Held", message: `${gpus(way.gpus)} until ${minute(made.lapses ?? "")}. Confirm it under Promises.` });
      return made;
    }),
  );
  const needsTenant = me.role !== "tenant" && !wish.tenant;
  const isFirm = way.joint === undefined || way.joint === null || way.joint >= (wish.constraints?.firmness ?? 0.9);
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Text fw={600} size="sm">
            from {minute(way.start)}
          </Text>
          {way.parts.map((part) => (
            <Text size="xs" c="dimmed" key={`${part.pool}${part.from}`} style={{ overflowWrap: "anywhere" }}>
              {count(part.gpus)} in {part.pool} at {perHour(part.price, currency)}
            </Text>
          ))}
        </div>
        <Stack gap={2} align="flex-end">
          <Badge variant="light" color={isFirm ? "teal" : "orange"}>
            {way.joint !== undefined && way.joint !== null ? `${share(way.joint)} firm` : `screened ${share(way.screen)}`}
          </Badge>
          <Text size="xs" className="num">
            {money(way.total, currency)}
          </Text>
        </Stack>
      </Group>
      {mayWrite && (
        <Group mt="xs" gap="xs" align="flex-end">
          <NumberInput size="xs" w={110} label="Hold for minutes" min={1} value={minutes} onChange={(value) => setMinutes(Number(value))} />
          <Button size="xs" onClick={() => hold.mutate(undefined)} loading={hold.isPending} disabled={needsTenant || hold.isSuccess}>
            {hold.isSuccess ? "Held" : "Hold"}
          </Button>
          {needsTenant && (
            <Text size="xs" c="dimmed">
              say for whom to hold it
            </Text>
          )}
        </Group>
      )}
      {hold.error && <Trouble error={hold.error} />}
    </Card>
  );
}

function Refused({ quote, wish, onTry }: Props): ReactNode {
  const { currency } = useSession();
  const refusal = quote.refusal;
  if (!refusal) return null;
  const near: { text: string; change: Partial<Fields> }[] = [];
  if (refusal.earliest_possible) {
    const at = field(Date.parse(refusal.earliest_possible));
    near.push({ text: `start on ${minute(refusal.earliest_possible)}`, change: { earliest: at, latest: at } });
  }
  if (refusal.fewer_gpus) near.push({ text: `${gpus(refusal.fewer_gpus.value)} in ${refusal.fewer_gpus.pool}`, change: { gpus: refusal.fewer_gpus.value } });
  if (refusal.fewer_hours) near.push({ text: `${hours(refusal.fewer_hours.value)} in ${refusal.fewer_hours.pool}`, change: { days: refusal.fewer_hours.value / 24 } });
  if (refusal.less_firm) near.push({ text: `${share(refusal.less_firm.value)} firm in ${refusal.less_firm.pool}`, change: { firmness: refusal.less_firm.value } });
  return (
    <Stack mt="md" gap="sm">
      <Alert color="orange" variant="light" title={`${gpus(wish.gpus ?? 0)} for ${hours(wish.hours)} cannot be had so`}>
        {near.length === 0 ? "Nothing near to it can be had either." : "What comes nearest:"}
        <Group gap="xs" mt="xs">
          {near.map(({ text, change }) => (
            <Button key={text} size="compact-sm" variant="default" onClick={() => onTry(change)}>
              {text}
            </Button>
          ))}
        </Group>
      </Alert>
      {(refusal.capable ?? []).length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            What would make it possible
          </Text>
          <List size="sm">
            {(refusal.capable ?? []).slice(0, 5).map((way) => (
              <List.Item key={way.by + way.what}>
                {way.by} {way.what}: {gpus(way.gpus)} from {minute(way.start)}
                {way.price ? `, ${perHour(way.price, currency)}` : ""}
                {way.capex ? `, ${money(way.capex, currency)} to build` : ""}
              </List.Item>
            ))}
          </List>
        </div>
      )}
      <Wide minWidth={280} mah={260} label="Why not, by pool">
        <Table verticalSpacing={2} fz="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Pool</Table.Th>
              <Table.Th>Why not</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {refusal.reasons.map((row) => (
              <Table.Tr key={row.pool}>
                <Table.Td>{row.pool}</Table.Td>
                <Table.Td>{row.reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Stack>
  );
}
