// What if: controls, the answer that follows them, and scenarios side by side.

import "./whatif.css";
import { Alert, Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { useBook } from "../book/queries";
import type { Whole } from "../book/things";
import { useNewest } from "../runs/queries";
import { Await, Nothing } from "../kit/States";
import { type Known, known } from "./book";
import { Compare } from "./Compare";
import { Controls } from "./Controls";
import { askedOf, editsOf } from "./edits";
import { HandOn, KeptScenarios } from "./HandOn";
import { useKept } from "./kept";
import { QUICK } from "./latest";
import { useAnswers, useLive } from "./queries";
import { Result, Verdict } from "./Result";
import { useScenario } from "./useScenario";
import { unknownOf, wordsOf } from "./words";

export default function WhatIfPage(): ReactNode {
  const newest = useNewest();
  return (
    <Stack>
      <Await query={newest} rows={10}>
        {(version) => (version ? <Opened id={version.id} /> : <Nothing title="No book yet">Bring one in on the page Book; then it can be asked what if.</Nothing>)}
      </Await>
    </Stack>
  );
}

/// When a newer version comes, what is set stays set, on that.
function Opened({ id }: { id: string }): ReactNode {
  const book = useBook(id);
  return (
    <Await query={book} rows={10}>
      {(whole) => <Read key={whole.id} whole={whole} />}
    </Await>
  );
}

function Read({ whole }: { whole: Whole }): ReactNode {
  const book = useMemo(() => known(whole), [whole]);
  return <Room book={book} />;
}

function Room({ book }: { book: Known }): ReactNode {
  const { scenario, still, compared, isDragging, set, load, compare } = useScenario();
  const kept = useKept(book.title);
  const { settings } = scenario;
  const changes = useMemo(() => editsOf(book, still.settings), [book, still]);
  const asked = useMemo(() => askedOf(book, settings), [book, settings]);
  const live = useLive(book.id, asked, isDragging);
  const isChanged = asked.length > 0 || settings.price !== undefined;
  // The book as it stands, with as many futures as what is shown.
  const base = useAnswers(book.id, [[]], live.asked?.samples ?? QUICK, "base")[0]?.data ?? null;
  const unknown = unknownOf(book, settings);
  const shown = { live, base, isChanged, isDragging };
  // Of a slider that is dragged these know when it is let go.
  const given = { book, scenario: still, changes, kept, compared, load, compare };
  return (
    <>
      <Group justify="space-between" align="start">
        <div>
          <Title order={1}>What if</Title>
          <Text c="dimmed" size="sm">
            {book.title}. Nothing is kept until you keep it.
          </Text>
        </div>
        <Button size="xs" variant="default" disabled={Object.keys(settings).length === 0} onClick={() => load({ name: "", settings: {} })}>
          Back to the book
        </Button>
      </Group>
      {unknown.length > 0 && (
        <Alert color="orange" variant="light" title="This scenario is of another book">
          This book has no {unknown.join(", ")}: that part is passed over.
        </Alert>
      )}
      <div className="whatif">
        <Verdict {...shown} words={wordsOf(book, settings)} />
        <section aria-label="Controls">
          <Controls book={book} settings={settings} set={set} />
        </section>
        <Stack>
          <Result live={live} base={base} isChanged={isChanged} book={book} settings={settings} />
          <SimpleGrid cols={{ base: 1, xl: 2 }}>
            <KeptScenarios key={still.name} {...given} />
            <HandOn {...given} />
          </SimpleGrid>
          {compared.length > 0 && <Compare book={book} all={compared} load={load} compare={compare} />}
        </Stack>
      </div>
    </>
  );
}
