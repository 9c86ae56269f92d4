import { Alert, Button, Card, Group, List, NumberInput, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { answered, api } from "../api/client";
import { useSession } from "../app/session";
import { count } from "../format/number";
import { Await, Trouble } from "../kit/States";
import { useChange, useSupply } from "./queries";

/// Whether the ledger adds up, which supply is in force, and what one person may do alone.
export default function AuditPage(): ReactNode {
  const { currency, isAdmin } = useSession();
  const book = useSupply();
  return (
    <Stack>
      <div>
        <Title order={1}>Audit</Title>
        <Text c="dimmed" size="sm">
          Every change is an event with its cause. The auditor adds all of them up anew, with arithmetic that the desk does not use.
        </Text>
      </div>
      <Recount />
      <Card withBorder>
        <Title order={2} mb="xs">
          Supply in force
        </Title>
        <Await query={book} rows={2}>
          {(supply) => (
            <>
              <Text size="sm">{supply.study}</Text>
              <Text size="sm" c="dimmed">
                {count(supply.pools)} pools, {count(supply.paths)} joint futures, money in {currency}
              </Text>
            </>
          )}
        </Await>
      </Card>
      {isAdmin && <Limit />}
    </Stack>
  );
}

function Recount(): ReactNode {
  const audit = useChange(() => answered(api.POST("/v1/audit")));
  const found = audit.data;
  return (
    <Card withBorder>
      <Group justify="space-between">
        <Title order={2}>Recount</Title>
        <Button variant="default" loading={audit.isPending} onClick={() => audit.mutate(undefined)}>
          Recount the ledger
        </Button>
      </Group>
      <div aria-live="polite">
        {audit.error && <Trouble error={audit.error} />}
        {found && (
          <Alert mt="sm" variant="light" color={found.is_sound ? "teal" : "red"} title={found.is_sound ? "It adds up" : "It does not add up"}>
            {count(found.events)} events, {count(found.live)} promises that still take something.
            <List size="sm">
              {[...found.faults, ...found.disagreements].map((fault) => (
                <List.Item key={fault}>{fault}</List.Item>
              ))}
            </List>
          </Alert>
        )}
      </div>
    </Card>
  );
}

function Limit(): ReactNode {
  const { currency } = useSession();
  const settings = useQuery({ queryKey: ["desk", "settings"], queryFn: () => answered(api.GET("/v1/settings")) });
  const [limit, setLimit] = useState<number | "">("");
  useEffect(() => setLimit(settings.data?.approval_above ?? ""), [settings.data]);
  const set = useChange(() => answered(api.PUT("/v1/settings", { body: { approval_above: limit === "" ? null : limit } })));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    set.mutate(undefined);
  };
  return (
    <Card withBorder component="form" onSubmit={submit}>
      <Title order={2} mb="xs">
        A second person
      </Title>
      <Group align="flex-end">
        <NumberInput label={`Approves what is worth more than, ${currency}`} placeholder="nobody needs to" min={0} thousandSeparator value={limit} onChange={(value) => setLimit(value === "" ? "" : Number(value))} />
        <Button type="submit" variant="default" loading={set.isPending}>
          Set
        </Button>
      </Group>
      {set.error && <Trouble error={set.error} />}
    </Card>
  );
}
