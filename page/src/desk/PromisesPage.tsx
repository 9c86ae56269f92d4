import { Badge, Group, SegmentedControl, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useSession } from "../app/session";
import { count, perHour, share } from "../format/number";
import { minute, until } from "../format/time";
import { Await, Nothing } from "../kit/States";
import { Wide } from "../kit/Wide";
import { PromiseActions } from "./PromiseActions";
import { type Promised, usePromises } from "./queries";

const MOST_ROWS = 500;

/// Holds and commitments, each with what can be done with it.
export default function PromisesPage(): ReactNode {
  const promises = usePromises();
  const [state, setState] = useState("all");
  const [text, setText] = useState("");
  return (
    <Stack>
      <div>
        <Title order={1}>Promises</Title>
        <Text c="dimmed" size="sm">
          Holds lapse by themselves; commitments end by their time, by release or by cancellation, and never by silence.
        </Text>
      </div>
      <Group justify="space-between">
        <SegmentedControl aria-label="Which promises" size="xs" value={state} onChange={setState}
          data={[{ value: "all", label: "All" }, { value: "held", label: "Holds" }, { value: "committed", label: "Commitments" }]} />
        <TextInput aria-label="Find by tenant, pool or id" placeholder="tenant, pool or id" size="xs" w={220} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Group>
      <Await query={promises}>{(all) => <Listed all={all} state={state} text={text} />}</Await>
    </Stack>
  );
}

function Listed({ all, state, text }: { all: Promised[]; state: string; text: string }): ReactNode {
  const { me } = useSession();
  const now = useNow();
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const holds = (promise: Promised): boolean => [promise.id, promise.tenant, ...promise.parts.map((part) => part.pool)].some((name) => name.toLowerCase().includes(wanted));
    return all.filter((promise) => (state === "all" || promise.state === state) && (wanted === "" || holds(promise)));
  }, [all, state, text]);
  if (all.length === 0) return <Nothing title="Nothing is promised">Ask for capacity, and hold an alternative that the desk offers.</Nothing>;
  if (found.length === 0) return <Nothing title="None of them is so">Look for another tenant or pool, or for all promises.</Nothing>;
  return (
    <>
      <Wide minWidth={820} label="Promises">
        <Table verticalSpacing="xs" fz="sm" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>State</Table.Th>
              {me.role !== "tenant" && <Table.Th>Tenant</Table.Th>}
              <Table.Th>What</Table.Th>
              <Table.Th>From, until</Table.Th>
              <Table.Th ta="right">Firmness</Table.Th>
              <Table.Th>
                <span className="unseen">Actions</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.slice(0, MOST_ROWS).map((promise) => (
              <Line key={promise.id} promise={promise} now={now} />
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      {found.length > MOST_ROWS && (
        <Text size="sm" c="dimmed">
          {count(MOST_ROWS)} of {count(found.length)} are shown; look for a tenant, a pool or an id.
        </Text>
      )}
    </>
  );
}

function Line({ promise, now }: { promise: Promised; now: number }): ReactNode {
  const { me, currency } = useSession();
  const isWeak = promise.firmness !== undefined && promise.firmness !== null && promise.firmness < promise.promised_firmness;
  return (
    <Table.Tr>
      <Table.Td>
        <Badge variant="light" color={promise.state === "held" ? "orange" : "teal"}>
          {promise.state}
        </Badge>
        {promise.lapses && (
          <Text size="xs" c="dimmed">
            lapses {until(promise.lapses, now)}
          </Text>
        )}
      </Table.Td>
      {me.role !== "tenant" && <Table.Td>{promise.tenant}</Table.Td>}
      <Table.Td>
        {promise.parts.map((part) => (
          <div key={`${part.pool}${part.from}`}>
            <span className="num">{count(part.gpus)}</span> in {part.pool}
            <Text span size="xs" c="dimmed">
              {" "}
              at {perHour(part.price, currency)}
            </Text>
          </div>
        ))}
        <Text size="xs" c="dimmed" ff="monospace">
          {promise.id}
        </Text>
      </Table.Td>
      <Table.Td className="num">
        {promise.parts.map((part) => (
          <div key={`${part.pool}${part.from}`}>
            {minute(part.from)} to {minute(part.until)}
          </div>
        ))}
      </Table.Td>
      <Table.Td ta="right" className="num">
        {promise.firmness !== undefined && promise.firmness !== null ? share(promise.firmness) : "—"}
        <Text size="xs" c={isWeak ? "red" : "dimmed"}>
          promised at {share(promise.promised_firmness)}
        </Text>
      </Table.Td>
      <Table.Td>
        <PromiseActions promise={promise} />
      </Table.Td>
    </Table.Tr>
  );
}

/// The time, every ten seconds anew.
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
