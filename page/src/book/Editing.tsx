// Edits of the version that is shown: made in place, checked as one types, kept together with a reason.

import { Button, Group, List, Paper, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { createContext, type FormEvent, type ReactNode, useContext, useMemo, useState } from "react";
import { useSession } from "../app/session";
import { Problem } from "../api/problem";
import { Trouble } from "../kit/States";
import { type Address, drop, keyOf, line, put } from "./pending";
import { type Edit, useKeep } from "./queries";

interface Editing {
  version: string;
  edits: Edit[];
  mayEdit: boolean;
  change: (edit: Edit & Address) => void;
  forget: (address: Address) => void;
}

const Context = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const editing = useContext(Context);
  if (!editing) throw new Error("nothing is edited here");
  return editing;
}

/// Holds the edits of a version; only the newest is edited.
export function EditingGate({ version, isNewest, children }: { version: string; isNewest: boolean; children: ReactNode }): ReactNode {
  const { isDesk } = useSession();
  const [edits, setEdits] = useState<Edit[]>([]);
  const editing = useMemo<Editing>(
    () => ({
      version,
      edits,
      mayEdit: isDesk && isNewest,
      change: (edit) => setEdits((known) => put(known, edit)),
      forget: (address) => setEdits((known) => drop(known, address)),
    }),
    [version, edits, isDesk, isNewest],
  );
  return (
    <Context.Provider value={editing}>
      {edits.length > 0 && <Pending onKept={() => setEdits([])} />}
      {children}
    </Context.Provider>
  );
}

/// What is changed and not kept yet.
function Pending({ onKept }: { onKept: () => void }): ReactNode {
  const { version, edits, forget } = useEditing();
  const keep = useKeep(version);
  const [why, setWhy] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    keep.mutate(
      { edits, why: why.trim() },
      {
        onSuccess: (made) => {
          notifications.show({ color: "teal", title: "Kept", message: `as version ${made.number}` });
          onKept();
        },
      },
    );
  };
  const isBehind = keep.error instanceof Problem && keep.error.status === 412;
  return (
    <Paper withBorder p="sm" component="section" aria-label="Changes that are not kept yet" className="pending">
      <form onSubmit={submit}>
        <Stack gap="xs">
          <Text size="sm" fw={600}>
            {edits.length === 1 ? "One change is" : `${edits.length} changes are`} not kept yet
          </Text>
          <List size="sm">
            {edits.map((edit) => {
              const address = { table: edit.table, id: edit.id ?? "", field: edit.field ?? "" };
              return (
                <List.Item key={keyOf(address)}>
                  <Group gap="xs">
                    {line(edit)}
                    <Button size="compact-xs" variant="subtle" onClick={() => forget(address)} aria-label={`Undo ${address.field} of ${address.id}`}>
                      Undo
                    </Button>
                  </Group>
                </List.Item>
              );
            })}
          </List>
          {keep.error && <Trouble error={isBehind ? new Error("Somebody kept another version meanwhile. It is shown now; make your changes on it again.") : keep.error} />}
          <Group align="end">
            <TextInput size="xs" flex={1} label="Why" required value={why} onChange={(event) => setWhy(event.currentTarget.value)} />
            <Button type="submit" size="xs" loading={keep.isPending} disabled={why.trim() === ""}>
              Keep as a new version
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
