// A request for capacity, what the desk answers, and the hold that may come of it.

import { Accordion, Button, Group, NumberInput, Paper, Select, SimpleGrid, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { answered, api } from "../api/client";
import { useSession } from "../app/session";
import { field } from "../format/time";
import { Trouble } from "../kit/States";
import { QuoteView } from "./QuoteView";
import { type Fields, faults, wishOf } from "./ask";
import type { Selection } from "./paint";
import { useChange, usePools, useTenants, type Wish } from "./queries";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/// A selection is taken to the hour.
const toHour = (at: number): number => Math.ceil(at / HOUR) * HOUR;

const start = (): Fields => ({
  tenant: null, gpus: 72, days: 30, earliest: field(toHour(Date.now() + DAY)), latest: field(toHour(Date.now() + 366 * DAY)), accelerator: null,
  pool: null, firmness: 0.9, ceiling: "", together: "pool", wholeRacks: false, by: "start",
});

export function AskForm({ selection }: { selection: Selection | null }): ReactNode {
  const { me } = useSession();
  const [fields, setFields] = useState(start);
  const [isTried, setIsTried] = useState(false);
  const set = (change: Partial<Fields>): void => setFields((now) => ({ ...now, ...change }));
  useEffect(() => {
    if (!selection) return;
    const from = toHour(Math.max(selection.from, Date.now() + HOUR));
    const days = Math.max(1, Math.round((selection.until - from) / DAY));
    setFields((now) => ({ ...now, pool: selection.pool, together: "pool", earliest: field(from), latest: field(from), days }));
  }, [selection]);
  const quote = useChange((wish: Wish) => answered(api.POST("/v1/quotes", { body: wish })));
  const wrong = faults(fields);
  const shown = isTried ? wrong : {};
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setIsTried(true);
    if (Object.keys(wrong).length === 0) quote.mutate(wishOf(fields));
  };
  return (
    <Paper withBorder p="md" component="section" aria-label="Ask for capacity">
      <Title order={2} mb="sm">
        Ask for capacity
      </Title>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {me.role !== "tenant" && <TenantField fields={fields} set={set} />}
          <SimpleGrid cols={{ base: 1, xs: 2, lg: 1, xl: 2 }} spacing="sm">
            <NumberInput label="GPUs" min={1} thousandSeparator value={fields.gpus} error={shown.gpus} onChange={(value) => set({ gpus: Number(value) })} />
            <NumberInput label="Days" min={0} decimalScale={3} value={fields.days} error={shown.days} onChange={(value) => set({ days: Number(value) })} />
            <TextInput label="Earliest start (UTC)" type="datetime-local" value={fields.earliest} error={shown.earliest} onChange={(event) => set({ earliest: event.currentTarget.value })} />
            <TextInput label="Latest start (UTC)" type="datetime-local" value={fields.latest} error={shown.latest} onChange={(event) => set({ latest: event.currentTarget.value })} />
          </SimpleGrid>
          <Accordion variant="default" chevronPosition="left">
            <Accordion.Item value="more">
              <Accordion.Control px={0}>
                <Text size="sm">{summary(fields)}</Text>
              </Accordion.Control>
              <Accordion.Panel>
                <Constraints fields={fields} set={set} wrong={shown} />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
          <Button type="submit" loading={quote.isPending}>
            Ask
          </Button>
        </Stack>
      </form>
      <div aria-live="polite">
        {quote.error && (
          <Group mt="md">
            <Trouble error={quote.error} />
          </Group>
        )}
        {quote.data && quote.variables && (
          <QuoteView quote={quote.data} wish={quote.variables} onTry={(change) => {
            const next = { ...fields, ...change };
            setFields(next);
            quote.mutate(wishOf(next));
          }} />
        )}
      </div>
    </Paper>
  );
}

interface Part {
  fields: Fields;
  set: (change: Partial<Fields>) => void;
}

function TenantField({ fields, set }: Part): ReactNode {
  const tenants = useTenants(true);
  const data = (tenants.data ?? []).map((tenant) => ({ value: tenant.id, label: `${tenant.name} (${tenant.id})` }));
  return (
    <Select label="For whom" placeholder={data.length === 0 ? "no tenant is entered yet" : "anybody: a quote holds nothing"} searchable clearable
      data={data} value={fields.tenant} onChange={(tenant) => set({ tenant })} />
  );
}

/// Says in one line what the folded fields hold.
function summary(fields: Fields): string {
  const said = [
    fields.accelerator ?? "any type",
    fields.pool ?? (fields.together === "pool" ? "one pool" : fields.together === "site" ? "one site" : "anywhere"),
    `${Math.round(fields.firmness * 1000) / 10} % firm`,
    fields.wholeRacks ? "whole racks" : "",
    fields.ceiling === "" ? "" : `at most ${fields.ceiling}/GPUh`,
    fields.by === "start" ? "" : `best ${fields.by} first`,
  ];
  return said.filter(Boolean).join(" · ");
}

function Constraints({ fields, set, wrong }: Part & { wrong: Partial<Record<keyof Fields, string>> }): ReactNode {
  const { currency } = useSession();
  const pools = usePools();
  const kinds = [...new Set((pools.data ?? []).map((pool) => pool.accelerator))].sort();
  return (
    <Stack gap="sm">
      <SimpleGrid cols={2} spacing="sm">
        <Select label="Type of GPU" placeholder="any" clearable data={kinds} value={fields.accelerator} onChange={(accelerator) => set({ accelerator })} />
        <Select label="Pool" placeholder="any" clearable searchable data={(pools.data ?? []).map((pool) => pool.id)} value={fields.pool}
          onChange={(pool) => set(pool ? { pool, together: "pool" } : { pool })} />
        <NumberInput label="Firmness" description="Probability that it is kept" min={0} max={1} step={0.05} decimalScale={3} value={fields.firmness} error={wrong.firmness}
          onChange={(value) => set({ firmness: Number(value) })} />
        <NumberInput label="Price ceiling" description={`${currency} a GPU-hour`} min={0} decimalScale={4} value={fields.ceiling}
          onChange={(value) => set({ ceiling: value === "" ? "" : Number(value) })} />
        <Select label="Together" allowDeselect={false} value={fields.together} disabled={fields.pool !== null}
          data={[{ value: "pool", label: "in one pool" }, { value: "site", label: "at one site" }, { value: "anywhere", label: "anywhere" }]}
          onChange={(value) => set({ together: (value ?? "pool") })} />
        <Select label="First" allowDeselect={false} value={fields.by}
          data={[{ value: "start", label: "the soonest" }, { value: "price", label: "the cheapest" }, { value: "firmness", label: "the firmest" }]}
          onChange={(value) => set({ by: (value ?? "start") })} />
      </SimpleGrid>
      <Switch label="Whole racks only" checked={fields.wholeRacks} onChange={(event) => set({ wholeRacks: event.currentTarget.checked })} />
    </Stack>
  );
}
