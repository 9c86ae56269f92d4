// A value of the book: what it is, how far to trust it, where it comes from, and its field when it is edited.

import { Badge, Button, Group, NativeSelect, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { Problem } from "../api/problem";
import { useEditing } from "./Editing";
import { find, ofEdit, put } from "./pending";
import { check, type Edit } from "./queries";
import { text, type Thing, things, type Value, type Whole } from "./things";

/// How far each mark is to be trusted, best first, with its colour.
const MARKS: Record<string, { colour: string; about: string }> = {
  filing: { colour: "teal", about: "from a filing or a contract" },
  press: { colour: "supply", about: "from the press or a company's page" },
  derived: { colour: "supply", about: "worked out from other values" },
  weak: { colour: "orange", about: "from a weak source" },
  unverified: { colour: "orange", about: "not verified" },
  judgement: { colour: "orange", about: "a judgement" },
  default: { colour: "gray", about: "not in the book: the default" },
};
const WAIT_MS = 400;

interface Given {
  book: Whole;
  table: string;
  thing: Thing;
  value: Value;
}

export function ValueLine(given: Given): ReactNode {
  const { edits, mayEdit } = useEditing();
  const [isOpen, setOpen] = useState(false);
  const { value, table, thing } = given;
  const pending = find(edits, { table, id: thing.id, field: value.field });
  const shown = pending ? String((pending.value as string | number | null) ?? "taken out") : value.text;
  return (
    <div className="value">
      <Text size="sm" c="dimmed">
        {value.field}
      </Text>
      <div>
        <Group gap={6} wrap="wrap">
          <Text size="sm" fw={pending ? 700 : 400} className="num">
            {shown}
            {pending && (
              <Text span c="dimmed" fw={400}>
                {" "}
                was {value.text}
              </Text>
            )}
          </Text>
          <Mark mark={pending?.mark ?? value.mark} />
          {mayEdit && !isOpen && (
            <Button size="compact-xs" variant="subtle" onClick={() => setOpen(true)} aria-label={`Edit ${value.field} of ${thing.id}`}>
              Edit
            </Button>
          )}
        </Group>
        <Origin book={given.book} value={value} />
        {isOpen && <Editor {...given} onDone={() => setOpen(false)} />}
      </div>
    </div>
  );
}

function Mark({ mark }: { mark: string }): ReactNode {
  const known = MARKS[mark];
  return (
    <Tooltip label={known?.about ?? mark}>
      <Badge size="xs" variant="outline" color={known?.colour ?? "gray"}>
        {mark}
      </Badge>
    </Tooltip>
  );
}

/// Source, range, note and place of a value.
function Origin({ book, value }: { book: Whole; value: Value }): ReactNode {
  const source = value.source ? things(book, "source").find((row) => row.id === value.source) : undefined;
  const said = [
    source ? `${text(source, "title")} (${[text(source, "publisher"), text(source, "date")].filter(Boolean).join(", ")})` : "",
    value.low || value.high ? `between ${value.low ?? "?"} and ${value.high ?? "?"}` : "",
    value.note ?? "",
    value.place ?? "",
  ].filter(Boolean);
  if (said.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {said.join(" · ")}
    </Text>
  );
}

/// A field whose text the book's checks look at while it is typed.
function Editor({ book, table, thing, value, onDone }: Given & { onDone: () => void }): ReactNode {
  const { version, edits, change } = useEditing();
  const address = { table, id: thing.id, field: value.field };
  const [typed, setTyped] = useState(value.text === "none" ? "" : value.text);
  const [mark, setMark] = useState(value.mark === "default" ? "judgement" : value.mark);
  const [source, setSource] = useState(value.source ?? "");
  const edit: Edit & typeof address = { ...address, value: typed === "" ? null : typed, mark, source };
  const checked = useCheck(version, put(edits, edit), typed !== value.text);
  const problem = checked.error instanceof Problem ? checked.error : null;
  const findings = ofEdit(problem?.findings ?? [], edits.filter((known) => known !== find(edits, address)).length, address);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change(edit);
    onDone();
  };
  const sources = things(book, "source").map((row) => ({ value: row.id, label: text(row, "title") || row.id }));
  return (
    <form onSubmit={submit} aria-label={`${value.field} of ${thing.id}`}>
      <Stack gap={6} mt={4} maw={520}>
        <TextInput
          size="xs"
          label="Value"
          autoFocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={findings.length > 0 ? findings.map((found) => `${found.problem}: ${found.fix}`).join("; ") : undefined}
          description={checked.isFetching ? "is checked" : checked.isSuccess ? "nothing is wrong with it" : "as the file would have it, as 200 MW"}
        />
        <Group grow>
          <NativeSelect size="xs" label="How far to trust it" data={Object.keys(MARKS).filter((one) => one !== "default")} value={mark} onChange={(event) => setMark(event.currentTarget.value)} />
          <NativeSelect size="xs" label="Source" data={[{ value: "", label: "none" }, ...sources]} value={source} onChange={(event) => setSource(event.currentTarget.value)} />
        </Group>
        <Group gap="xs">
          <Button type="submit" size="compact-sm" disabled={findings.length > 0}>
            Change
          </Button>
          <Button size="compact-sm" variant="default" onClick={onDone}>
            Leave it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/// Asks the checks once nobody has typed for a moment.
function useCheck(version: string, edits: Edit[], isAsked: boolean) {
  const wanted = JSON.stringify(edits);
  const [asked, setAsked] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(isAsked ? wanted : null), WAIT_MS);
    return () => clearTimeout(timer);
  }, [wanted, isAsked]);
  return useQuery({
    queryKey: ["books", version, "check", asked],
    enabled: asked !== null,
    staleTime: Infinity,
    queryFn: () => check(version, JSON.parse(asked ?? "[]") as Edit[]),
  });
}
