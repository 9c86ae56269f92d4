// What is done with a scenario: keep and share it, run a study of it, make it the book.

import { Anchor, Button, Card, Checkbox, CopyButton, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Link } from "@tanstack/react-router";
import { type FormEvent, memo, type ReactNode, useState } from "react";
import { useSession } from "../app/session";
import { useKeep } from "../book/queries";
import { useStart } from "../runs/queries";
import { count } from "../format/number";
import { Icon } from "../kit/Icon";
import { Trouble } from "../kit/States";
import type { Known } from "./book";
import type { Edit } from "./edits";
import type { Kept } from "./kept";
import { isSame, MOST_COMPARED, type Scenario } from "./scenario";
import { wordsOf } from "./words";

interface Given {
  book: Known;
  scenario: Scenario;
  changes: Edit[];
  kept: Kept;
  compared: Scenario[];
  load: (one: Scenario) => void;
  compare: (all: Scenario[]) => void;
}

/// Scenarios of this browser: name, keep, share, compare.
export const KeptScenarios = memo(function KeptScenarios({ book, scenario, kept, compared, load, compare }: Given): ReactNode {
  const [name, setName] = useState(scenario.name);
  const [isForgetful, setForgetful] = useState(false);
  const isEmpty = Object.keys(scenario.settings).length === 0;
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const one = { name: name.trim(), settings: scenario.settings };
    if (!one.name || isEmpty) return;
    setForgetful(!kept.keep(one));
    load(one);
    const isIn = compared.some((other) => other.name === one.name);
    if (isIn) compare(compared.map((other) => (other.name === one.name ? one : other)));
    else if (compared.length < MOST_COMPARED) compare([...compared, one]);
  };
  return (
    <Card withBorder component="section" aria-label="Scenarios">
      <Title order={2} mb="xs">
        Scenarios
      </Title>
      <form onSubmit={save}>
        <Group align="flex-end" gap="xs">
          <TextInput label="Name of this scenario" style={{ flex: "1 1 180px" }} value={name} maxLength={80} onChange={(event) => setName(event.currentTarget.value)} />
          <Button type="submit" disabled={isEmpty || name.trim() === ""}>
            Keep
          </Button>
          <CopyButton value={window.location.href}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? "Address copied" : "Copy the address"}
              </Button>
            )}
          </CopyButton>
        </Group>
      </form>
      <Text size="xs" c="dimmed" mt={4}>
        The address has the scenario and the comparison in it: who opens it sees the same. What is kept stays in this browser.
      </Text>
      {isForgetful && <Text size="sm">This browser keeps nothing: copy the address, or it is gone with the page.</Text>}
      <Stack gap={6} mt="sm">
        {kept.all.length === 0 && <Text size="sm">Nothing is kept yet.</Text>}
        {kept.all.map((one) => {
          const isIn = compared.some((other) => other.name === one.name);
          const set = (isWanted: boolean): void => compare(isWanted ? [...compared, one] : compared.filter((other) => other.name !== one.name));
          return (
            <Group key={one.name} gap="xs" wrap="nowrap" justify="space-between">
              <div style={{ minWidth: 0 }}>
                <Anchor component="button" type="button" size="sm" c="var(--link)" fw={isSame(one.settings, scenario.settings) ? 700 : 400} onClick={() => { setName(one.name); load(one); }}>
                  {one.name}
                </Anchor>
                <Text size="xs" c="dimmed" truncate="end">
                  {wordsOf(book, one.settings).join("; ")}
                </Text>
              </div>
              <Group gap="xs" wrap="nowrap">
                <Checkbox size="xs" label="Compare" aria-label={`Compare ${one.name}`} checked={isIn} disabled={!isIn && compared.length >= MOST_COMPARED} onChange={(event) => set(event.currentTarget.checked)} />
                <Button size="compact-xs" variant="subtle" color="red" aria-label={`Forget ${one.name}`} onClick={() => { kept.drop(one.name); set(false); }}>
                  Forget
                </Button>
              </Group>
            </Group>
          );
        })}
      </Stack>
    </Card>
  );
});

/// Hands a scenario on: to a run, or to the book.
export const HandOn = memo(function HandOn({ book, changes, scenario, load }: Pick<Given, "book" | "changes" | "scenario" | "load">): ReactNode {
  const { isDesk } = useSession();
  const words = wordsOf(book, scenario.settings).join("; ");
  const [said, setSaid] = useState<string | null>(null);
  const study = useStart();
  // Told before the newer book is there: what is set would be made of it once more.
  const version = useKeep(book.id, () => {
    notifications.show({ title: "Kept", message: "It is the newest version of the book now.", color: "teal" });
    load({ name: "", settings: {} });
  });
  const why = said ?? (scenario.name || words);
  const isEmpty = changes.length === 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isEmpty && why !== "") version.mutate({ edits: changes, why });
  };
  if (!isDesk) return null;
  return (
    <Card withBorder component="section" aria-label="Hand on">
      <Title order={2} mb="xs">
        Hand it on
      </Title>
      <Group gap="xs" align="center">
        <Button variant="default" leftSection={<Icon name="play" size={14} />} disabled={isEmpty} loading={study.isPending} onClick={() => study.mutate({ kind: "assess", book: book.id, changes, options: { samples: 1_000 } })}>
          Run a study of this
        </Button>
        <Text size="xs" c="dimmed">
          An assess with 1,000 futures; the book stays as it is.
        </Text>
      </Group>
      {study.error && <Trouble error={study.error} />}
      {study.data && (
        <Text size="sm" mt="xs" role="status">
          It runs. <Anchor component={Link} to="/runs" size="sm" c="var(--link)">See it under Runs</Anchor>.
        </Text>
      )}
      <form onSubmit={submit}>
        <Group align="flex-end" gap="xs" mt="md">
          <TextInput
            label="Why the book changes" style={{ flex: "1 1 220px" }} value={why} maxLength={400} disabled={isEmpty}
            onChange={(event) => setSaid(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={isEmpty || why === ""} loading={version.isPending}>
            Keep as a version of the book
          </Button>
        </Group>
      </form>
      <Text size="xs" c="dimmed" mt={4}>
        {isEmpty ? "Nothing is changed yet." : `${count(changes.length)} edits of the book's text. The version before stays, and can be taken back to.`}
      </Text>
      {version.error && <Trouble error={version.error} />}
    </Card>
  );
});
