// The book: sites, contracts, suppliers, work, and every value with its source; edited in place, kept in versions.

import { Alert, Group, List, Stack, Tabs, Text, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAsked } from "../app/search";
import { minute } from "../format/time";
import { Await, Nothing } from "../kit/States";
import type { Version } from "../runs/queries";
import { EditingGate } from "./Editing";
import { MapView } from "./MapView";
import { useBook, useVersions } from "./queries";
import { Tables } from "./Tables";
import type { Whole } from "./things";
import { TimelineView } from "./TimelineView";
import { Versions } from "./Versions";

const SUPPLIERS = ["party", "lease", "purchase", "debt"];
const WORK = ["workload", "block", "gang", "growth", "standard"];

export default function BookPage(): ReactNode {
  const versions = useVersions();
  return (
    <Stack>
      <Title order={1}>Book</Title>
      <Await query={versions} rows={8}>
        {(all) => (all.length === 0 ? <Nothing title="No book is kept here">Start the desk with one: offtake serve BOOK.</Nothing> : <Shown versions={all} />)}
      </Await>
    </Stack>
  );
}

function Shown({ versions }: { versions: Version[] }): ReactNode {
  const asked = useAsked("version");
  const version = versions.find((known) => known.id === asked) ?? versions[0];
  const book = useBook(version?.id);
  const go = useGo();
  if (!version) return null;
  return (
    <>
      <Which version={version} />
      {/* The gate stays while versions come and go: what is edited and not kept is not lost when somebody else keeps one. */}
      <EditingGate version={version} onKept={() => go({ version: undefined })}>
        <Await query={book} rows={10}>
          {(whole) => <Rooms book={whole} versions={versions} />}
        </Await>
      </EditingGate>
    </>
  );
}

/// Which version is shown, who kept it and why.
function Which({ version }: { version: Version }): ReactNode {
  return (
    <>
      <Group gap="xs">
        <Text size="sm">
          <b>{version.title}</b>. Version {version.number}, as of {version.as_of}, kept {minute(version.at)} by {version.who}
          {version.why && `: ${version.why}`}.
        </Text>
      </Group>
      {!version.is_newest && (
        <Alert color="orange" variant="light" title="This is an older version">
          It can be looked at and taken back, and not edited.
        </Alert>
      )}
    </>
  );
}

/// Changes what the address asks for.
function useGo(): (search: Record<string, string | undefined>) => void {
  const navigate = useNavigate();
  return (search) => void navigate({ to: ".", search: (known: Record<string, unknown>) => ({ ...known, ...search }), replace: true });
}

function Rooms({ book, versions }: { book: Whole; versions: Version[] }): ReactNode {
  const go = useGo();
  const [tab, chosen] = [useAsked("tab") ?? "contracts", useAsked("thing")];
  // The newest is shown by asking for none: so is the next, once it is kept.
  const show = (id: string): void => go({ version: versions.some((version) => version.id === id && !version.is_newest) ? id : undefined });
  const choose = (id: string): void => go({ thing: id === chosen ? undefined : id });
  const tabs: [string, string, ReactNode][] = [
    ["contracts", "Contracts", <TimelineView key="contracts" book={book} chosen={chosen} onChoose={choose} />],
    ["sites", "Sites", <MapView key="sites" book={book} chosen={chosen} onChoose={choose} />],
    ["suppliers", "Suppliers", <Tables key="suppliers" book={book} kinds={SUPPLIERS} />],
    ["work", "Work", <Tables key="work" book={book} kinds={WORK} />],
    ["all", "Everything", <Tables key="all" book={book} kinds={null} />],
    ["versions", "Versions", <Versions key="versions" versions={versions} shown={book.id} onShow={show} onTaken={() => go({ version: undefined })} />],
  ];
  return (
    <>
      <Findings findings={book.findings ?? []} />
      <Tabs value={tab} onChange={(next) => go({ tab: next ?? undefined, thing: undefined })} keepMounted={false}>
        <Tabs.List mb="md">
          {tabs.map(([id, label]) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(([id, , room]) => (
          <Tabs.Panel key={id} value={id}>
            {room}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

/// What the checks find odd.
function Findings({ findings }: { findings: NonNullable<Whole["findings"]> }): ReactNode {
  if (findings.length === 0) return null;
  return (
    <Alert color="orange" variant="light" title={findings.length === 1 ? "The checks find one thing odd" : `The checks find ${findings.length} things odd`}>
      <List size="sm">
        {findings.map((found) => (
          <List.Item key={found.field + found.problem}>
            {found.field}: {found.problem}. {found.fix}. {found.file && `${found.file}:${found.line ?? ""}`}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
