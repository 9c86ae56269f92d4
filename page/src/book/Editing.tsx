// Edits of the version that is shown: made in place, checked as one types, kept together with a reason.

import { Alert, Button, Group, List, Paper, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { createContext, type FormEvent, type ReactNode, useContext, useMemo, useState } from "react";
import { useSession } from "../app/session";
import { Problem } from "../api/problem";
import { Trouble } from "../kit/States";
import type { Version } from "../runs/queries";
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

interface Gate {
  version: Version;
  onKept: () => void;
  children: ReactNode;
}

/// Holds the edits of the newest version; they stay when it is no longer the newest, until somebody has looked at them again.
export function EditingGate({ version, onKept, children }: Gate): ReactNode {
  const { isDesk } = useSession();
  const [edits, setEdits] = useState<Edit[]>([]);
  const [since, setSince] = useState(version.id);
  const mayEdit = isDesk && version.is_newest;
  const editing = useMemo<Editing>(
    () => ({
      version: version.id,
      edits: mayEdit ? edits : [],
      mayEdit,
      change: (edit) => {
        if (edits.length === 0) setSince(version.id);
        setEdits((known) => put(known, edit));
      },
      forget: (address) => setEdits((known) => drop(known, address)),
    }),
    [version.id, edits, mayEdit],
  );
  const kept = (): void => {
    setEdits([]);
    onKept();
  };
  return (
    <Context.Provider value={editing}>
      {editing.edits.length > 0 && <Pending newer={version.id === since ? null : version} onSeen={() => setSince(version.id)} onKept={kept} />}
      {children}
    </Context.Provider>
  );
}

/// Says that the edits were made on a version that is not the newest any more.
function Newer({ version, onSeen }: { version: Version; onSeen: () => void }): ReactNode {
  return (
    <Alert color="orange" variant="light" role="alert" title="Somebody kept another version meanwhile">
      <Text size="sm">
        Version {version.number} by {version.who}
        {version.why && `: ${version.why}`}. Your changes are still here, and now on that version. See whether they still hold.
      </Text>
      <Button mt="xs" size="compact-sm" variant="default" onClick={onSeen}>
        Go on with my changes
      </Button>
    </Alert>
  );
}

/// What is changed and not kept yet; `newer` is a version that was kept since by somebody else.
function Pending({ newer, onSeen, onKept }: { newer: Version | null; onSeen: () => void; onKept: () => void }): ReactNode {
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
  // While ours is being kept, the newer version may be our own.
  const isMoved = newer !== null && !keep.isPending;
  const seen = (): void => {
    keep.reset();
    onSeen();
  };
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
          {isMoved && <Newer version={newer} onSeen={seen} />}
          {keep.error && !isBehind && <Trouble error={keep.error} />}
          {isBehind && !isMoved && <Trouble error={new Error("Somebody kept another version meanwhile. Your changes are still here; keep them again.")} />}
          <Group align="end">
            <TextInput size="xs" flex={1} label="Why" required value={why} onChange={(event) => setWhy(event.currentTarget.value)} />
            <Button type="submit" size="xs" loading={keep.isPending} disabled={isMoved || why.trim() === ""}>
              Keep as a new version
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
