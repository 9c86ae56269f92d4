// What can be done with a promise: confirm, approve, change, give back, end.

import { Button, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { type FormEvent, type ReactNode, useState } from "react";
import { answered, api } from "../api/client";
import { Problem } from "../api/problem";
import { useSession } from "../app/session";
import { count, money, share } from "../format/number";
import { field, minute, ofField, wire } from "../format/time";
import { Trouble } from "../kit/States";
import { type Promised, useChange, usePools } from "./queries";

type Act = "confirm" | "approve" | "release" | "cancel";

const DONE: Record<Act, string> = { confirm: "Confirmed", approve: "Approved", release: "Given back", cancel: "Ended" };

export function PromiseActions({ promise }: { promise: Promised }): ReactNode {
  const { mayWrite, isDesk } = useSession();
  const [isOpen, open] = useDisclosure();
  const [isEnding, ending] = useDisclosure();
  const act = useAct(promise);
  if (!mayWrite) return null;
  const isHeld = promise.state === "held";
  return (
    <>
      <Group gap={4} justify="flex-end" wrap="nowrap">
        {isHeld && (
          <Button size="compact-xs" loading={act.isPending} onClick={() => act.mutate({ act: "confirm" })}>
            Confirm
          </Button>
        )}
        {isHeld && isDesk && (
          <Button size="compact-xs" variant="default" onClick={() => act.mutate({ act: "approve" })}>
            Approve
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={open.open}>
          Change
        </Button>
        <Button size="compact-xs" variant="subtle" color="red" onClick={ending.open}>
          End
        </Button>
      </Group>
      {act.error && (
        <Modal opened onClose={act.reset} title="Not done">
          <Trouble error={act.error} />
          <Waive error={act.error} onWaive={(waive) => act.variables && act.mutate({ ...act.variables, waive })} />
        </Modal>
      )}
      <Modal opened={isEnding} onClose={ending.close} title="End this promise?">
        <Stack>
          <Text size="sm">
            {promise.state === "held" ? "What is held is free again at once." : "What is left of it is free again from the next minute on. What was used stays in the ledger."}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={ending.close}>
              Keep it
            </Button>
            <Button color="red" onClick={() => { ending.close(); act.mutate({ act: "release" }); }}>
              Give it back
            </Button>
            {isDesk && (
              <Button color="red" variant="light" onClick={() => { ending.close(); act.mutate({ act: "cancel" }); }}>
                Cancel it as the desk
              </Button>
            )}
          </Group>
        </Stack>
      </Modal>
      {isOpen && <ChangeModal promise={promise} onClose={open.close} />}
    </>
  );
}

interface Asked {
  act: Act;
  waive?: string;
}

function useAct(promise: Promised) {
  return useChange(({ act, waive }: Asked) => {
    const options = { params: { path: { id: promise.id } }, body: { why: "on the page", override: waive ?? null } };
    const made = {
      confirm: () => api.POST("/v1/promises/{id}/confirm", options),
      approve: () => api.POST("/v1/promises/{id}/approve", options),
      release: () => api.POST("/v1/promises/{id}/release", options),
      cancel: () => api.POST("/v1/promises/{id}/cancel", options),
    }[act]();
    return answered(made).then((after) => {
      notifications.show({ color: "teal", title: DONE[act], message: `${promise.tenant}: ${promise.parts.map((part) => `${count(part.gpus)} in ${part.pool}`).join(", ")}` });
      return after;
    });
  });
}

/// Lets the desk waive what may be waived, with a reason that stays in the ledger.
function Waive({ error, onWaive }: { error: Error; onWaive: (why: string) => void }): ReactNode {
  const { isDesk } = useSession();
  const [why, setWhy] = useState("");
  const may = error instanceof Problem && error.objections.length > 0 && error.objections.every((objection) => objection.may_be_waived);
  if (!isDesk || !may) return null;
  return (
    <Group mt="md" align="flex-end">
      <TextInput label="Waive it, because" value={why} onChange={(event) => setWhy(event.currentTarget.value)} style={{ flex: 1 }} />
      <Button color="orange" disabled={why.trim() === ""} onClick={() => onWaive(why.trim())}>
        Do it all the same
      </Button>
    </Group>
  );
}

function ChangeModal({ promise, onClose }: { promise: Promised; onClose: () => void }): ReactNode {
  const first = promise.parts[0];
  const [gpus, setGpus] = useState<number | "">(promise.parts.reduce((sum, part) => sum + part.gpus, 0));
  const [from, setFrom] = useState(first ? field(Date.parse(first.from)) : "");
  const [end, setEnd] = useState(first ? field(Date.parse(first.until)) : "");
  const [pool, setPool] = useState<string | null>(null);
  const before = { gpus, from, end };
  const [start] = useState(before);
  const pools = usePools();
  const { currency } = useSession();
  const body = (quoteOnly: boolean, waive?: string) => ({
    gpus: gpus !== start.gpus && gpus !== "" ? gpus : null,
    from: from !== start.from ? wire(ofField(from)) : null,
    until: end !== start.end ? wire(ofField(end)) : null,
    pool,
    quote_only: quoteOnly,
    why: "changed on the page",
    override: waive ?? null,
  });
  // Of the version that is shown: somebody else's change in between is no base for this one.
  const to = { params: { path: { id: promise.id } }, headers: { "If-Match": `"${promise.version}"` } };
  const quote = useChange(() => answered(api.POST("/v1/promises/{id}/change", { ...to, body: body(true) })));
  const change = useChange((waive: string | undefined) =>
    answered(api.POST("/v1/promises/{id}/change", { ...to, body: body(false, waive) })).then((made) => {
      notifications.show({ color: "teal", title: "Changed", message: `${promise.tenant}, in one step` });
      onClose();
      return made;
    }),
  );
  const isSame = gpus === start.gpus && from === start.from && end === start.end && pool === null;
  const isWrong = Number.isNaN(ofField(from)) || Number.isNaN(ofField(end));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate(undefined);
  };
  const quoted = quote.data && "total_before" in quote.data ? quote.data : null;
  return (
    <Modal opened onClose={onClose} title="Grow, shrink, extend or move it" size="lg">
      <form onSubmit={submit}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <NumberInput label="GPUs" min={1} thousandSeparator value={gpus} onChange={(value) => setGpus(value === "" ? "" : Number(value))} />
            <Select label="Pool" placeholder="where it is" clearable searchable data={(pools.data ?? []).map((one) => one.id)} value={pool} onChange={setPool} />
            <TextInput label="From (UTC)" type="datetime-local" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
            <TextInput label="Until (UTC)" type="datetime-local" value={end} onChange={(event) => setEnd(event.currentTarget.value)} />
          </SimpleGrid>
          {quoted && (
            <Text size="sm">
              It would take {quoted.parts.map((part) => `${count(part.gpus)} in ${part.pool} from ${minute(part.from)} to ${minute(part.until)}`).join("; ")}, for{" "}
              {money(quoted.total, currency)} from now on in place of {money(quoted.total_before, currency)}, kept with {share(quoted.joint)}.
              {quoted.objections.map((against) => ` Against it: ${against.detail}.`)}
            </Text>
          )}
          {(quote.error ?? change.error) && <Trouble error={(quote.error ?? change.error) as Error} />}
          {change.error && <Waive error={change.error} onWaive={(waive) => change.mutate(waive)} />}
          <Group justify="flex-end">
            <Button variant="default" disabled={isSame || isWrong} loading={quote.isPending} onClick={() => quote.mutate(undefined)}>
              What would it take?
            </Button>
            <Button type="submit" disabled={isSame || isWrong} loading={change.isPending}>
              Change it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
