import { Button, Card, Group, NumberInput, SimpleGrid, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { answered, api } from "../api/client";
import { useSession } from "../app/session";
import { count, share } from "../format/number";
import { field, minute, ofField, wire } from "../format/time";
import { Await, Nothing, Trouble } from "../kit/States";
import { Wide } from "../kit/Wide";
import { useChange } from "./queries";

/// Who may come, and what they would take.
export default function PipelinePage(): ReactNode {
  const { isDesk } = useSession();
  const pipeline = useQuery({ queryKey: ["desk", "pipeline"], queryFn: () => answered(api.GET("/v1/pipeline")) });
  const forget = useChange((id: string) => answered(api.DELETE("/v1/pipeline/{id}", { params: { path: { id } } })));
  return (
    <Stack>
      <div>
        <Title order={1}>Pipeline</Title>
        <Text c="dimmed" size="sm">
          Opportunities count in the position by their chance, and hold nothing but a right of first refusal.
        </Text>
      </div>
      {forget.error && <Trouble error={forget.error} />}
      <Await query={pipeline}>
        {(all) =>
          all.length === 0 ? (
            <Nothing title="Nobody is foreseen">Enter who may come, with the chance that they do.</Nothing>
          ) : (
            <Wide minWidth={720} label="Opportunities">
              <Table fz="sm">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Who</Table.Th>
                    <Table.Th ta="right">GPUs</Table.Th>
                    <Table.Th>Pool</Table.Th>
                    <Table.Th>From, until</Table.Th>
                    <Table.Th ta="right">Chance</Table.Th>
                    <Table.Th>First refusal until</Table.Th>
                    <Table.Th>
                    <span className="unseen">Actions</span>
                  </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {all.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>
                        {one.party}
                        <Text size="xs" c="dimmed">
                          {one.id}
                        </Text>
                      </Table.Td>
                      <Table.Td ta="right" className="num">
                        {count(one.gpus)}
                      </Table.Td>
                      <Table.Td>{one.pool ?? "any"}</Table.Td>
                      <Table.Td>
                        {minute(one.from)} to {minute(one.until)}
                      </Table.Td>
                      <Table.Td ta="right">{share(one.chance)}</Table.Td>
                      <Table.Td>{one.first_refusal_until ? minute(one.first_refusal_until) : "—"}</Table.Td>
                      <Table.Td ta="right">
                        {isDesk && (
                          <Button size="compact-xs" variant="subtle" color="red" onClick={() => forget.mutate(one.id)}>
                            Forget
                          </Button>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Wide>
          )
        }
      </Await>
      {isDesk && <Enter />}
    </Stack>
  );
}

const DAY = 86_400_000;
const blank = () => ({
  id: "", party: "", gpus: 1_000, pool: "", chance: 0.5, refusal: "", from: field(Date.now() + 90 * DAY).slice(0, 11) + "00:00", until: field(Date.now() + 455 * DAY).slice(0, 11) + "00:00",
});

function Enter(): ReactNode {
  const [now, setNow] = useState(blank);
  const set = (change: Partial<ReturnType<typeof blank>>): void => setNow((before) => ({ ...before, ...change }));
  const enter = useChange(() =>
    answered(
      api.PUT("/v1/pipeline/{id}", {
        params: { path: { id: now.id } },
        body: {
          party: now.party, gpus: now.gpus, pool: now.pool || null, chance: now.chance, from: wire(ofField(now.from)), until: wire(ofField(now.until)),
          first_refusal_until: now.refusal ? wire(ofField(now.refusal)) : null,
        },
      }),
    ).then(() => setNow(blank())),
  );
  const isReady = now.id !== "" && now.party !== "" && !Number.isNaN(ofField(now.from)) && !Number.isNaN(ofField(now.until));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isReady) enter.mutate(undefined);
  };
  return (
    <Card withBorder component="form" onSubmit={submit}>
      <Title order={2} mb="sm">
        Enter an opportunity
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <TextInput label="Id" required value={now.id} onChange={(event) => set({ id: event.currentTarget.value })} />
        <TextInput label="Who" required value={now.party} onChange={(event) => set({ party: event.currentTarget.value })} />
        <NumberInput label="GPUs" min={1} thousandSeparator value={now.gpus} onChange={(value) => set({ gpus: Number(value) })} />
        <TextInput label="Pool" placeholder="any" value={now.pool} onChange={(event) => set({ pool: event.currentTarget.value })} />
        <TextInput label="From (UTC)" type="datetime-local" value={now.from} onChange={(event) => set({ from: event.currentTarget.value })} />
        <TextInput label="Until (UTC)" type="datetime-local" value={now.until} onChange={(event) => set({ until: event.currentTarget.value })} />
        <NumberInput label="Chance of closing" min={0} max={1} step={0.05} decimalScale={3} value={now.chance} onChange={(value) => set({ chance: Number(value) })} />
        <TextInput label="First refusal until (UTC)" type="datetime-local" value={now.refusal} onChange={(event) => set({ refusal: event.currentTarget.value })} />
      </SimpleGrid>
      {enter.error && <Trouble error={enter.error} />}
      <Group justify="flex-end" mt="sm">
        <Button type="submit" disabled={!isReady} loading={enter.isPending}>
          Enter
        </Button>
      </Group>
    </Card>
  );
}
