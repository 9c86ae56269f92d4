// Scenarios side by side with the book: the figures with their errors, and the months.

import { ActionIcon, Anchor, Card, Table, Text, Title } from "@mantine/core";
import { memo, type ReactNode } from "react";
import { money } from "../format/number";
import { Icon } from "../kit/Icon";
import { Loading, Trouble } from "../kit/States";
import { Wide } from "../kit/Wide";
import { type Answer, drawnOf, figuresOf, nextDue } from "./answer";
import { bill, stretchOf } from "./bill";
import type { Known } from "./book";
import { askedOf } from "./edits";
import { FULL } from "./latest";
import { useAnswers } from "./queries";
import type { Scenario } from "./scenario";
import { pathsOf } from "./small";
import { Months } from "./Strip";
import { wordsOf } from "./words";

interface Given {
  book: Known;
  all: Scenario[];
  load: (one: Scenario) => void;
  compare: (all: Scenario[]) => void;
}

/// What stands above the highest median; wide bands are cut there, so that the medians can be told apart.
const ROOM = 1.35;

export const Compare = memo(function Compare({ book, all, load, compare }: Given): ReactNode {
  const drop = (name: string): void => compare(all.filter((one) => one.name !== name));
  const columns: Scenario[] = [{ name: "The book as it stands", settings: {} }, ...all];
  const answers = useAnswers(book.id, columns.map(({ settings }) => askedOf(book, settings)), FULL, "side");
  const base = answers[0]?.data ?? null;
  const most = Math.max(1, ...answers.flatMap(({ data }) => (data ? data.months.slice(0, data.headline.months).flatMap((one) => [one.total.p50, one.demand.p50]) : [])));
  return (
    <Card withBorder component="section" aria-label="Side by side">
      <Title order={2}>Side by side</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {FULL} futures each, the same for all. ± is one standard error; below it the difference to the book.
      </Text>
      <Wide minWidth={220 * columns.length + 140} label="Scenarios side by side">
        <Table fz="sm" layout="fixed" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={140}>
                <span className="unseen">Figure</span>
              </Table.Th>
              {columns.map((one, at) => (
                <Head key={one.name} one={one} words={at === 0 ? [] : wordsOf(book, one.settings)} isBase={at === 0} load={load} drop={drop} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <Table.Tr>
              <Table.Th>Verdict</Table.Th>
              {answers.map((answer, at) => (
                <Table.Td key={columns[at]?.name}>
                  {answer.error ? <Trouble error={answer.error} /> : answer.data ? (answer.data.holds ? "It holds" : "It does not hold") : <Loading rows={1} />}
                </Table.Td>
              ))}
            </Table.Tr>
            <Figures answers={answers.map(({ data }) => data ?? null)} base={base} names={columns.map(({ name }) => name)} />
            <Table.Tr>
              <Table.Th>Next date to sign by</Table.Th>
              {answers.map(({ data }, at) => (
                <Table.Td key={columns[at]?.name}>{data ? (nextDue(data)?.date ?? "none") : ""}</Table.Td>
              ))}
            </Table.Tr>
            <Table.Tr>
              <Table.Th>Bill of the contracts</Table.Th>
              {columns.map((one) => (
                <Table.Td key={one.name}>{base ? money(bill(book, one.settings, stretchOf(base.headline)), book.currency) : ""}</Table.Td>
              ))}
            </Table.Tr>
            <Table.Tr>
              <Table.Th>Months: demand (dashed), supply</Table.Th>
              {answers.map(({ data }, at) => (
                <Table.Td key={columns[at]?.name}>{data && <Small name={columns[at]?.name ?? ""} answer={data} most={ROOM * most} />}</Table.Td>
              ))}
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Wide>
    </Card>
  );
});

function Head({ one, words, isBase, load, drop }: { one: Scenario; words: string[]; isBase: boolean; load: Given["load"]; drop: (name: string) => void }): ReactNode {
  if (isBase) return <Table.Th style={{ verticalAlign: "top" }}>{one.name}</Table.Th>;
  return (
    <Table.Th style={{ verticalAlign: "top" }}>
      <Anchor component="button" type="button" size="sm" fw={600} c="var(--link)" onClick={() => load(one)}>
        {one.name}
      </Anchor>
      <ActionIcon size="sm" variant="subtle" color="gray" ml={4} onClick={() => drop(one.name)} aria-label={`Take ${one.name} out of the comparison`}>
        <Icon name="minus" size={14} />
      </ActionIcon>
      <Text size="xs" c="dimmed" fw={400}>
        {words.join("; ") || "no change"}
      </Text>
    </Table.Th>
  );
}

function Figures({ answers, base, names }: { answers: (Answer | null)[]; base: Answer | null; names: string[] }): ReactNode {
  const rows = base ? figuresOf(base, null) : [];
  return rows.map((row, index) => (
    <Table.Tr key={row.id}>
      <Table.Th>
        {row.name}
        <Text size="xs" c="dimmed" fw={400}>
          {row.unit}
        </Text>
      </Table.Th>
      {answers.map((answer, at) => {
        const figure = answer ? figuresOf(answer, at === 0 ? null : base)[index] : undefined;
        const word = figure?.turn === 1 ? "better" : figure?.turn === -1 ? "worse" : "";
        return (
          <Table.Td key={names[at]} className="num">
            {figure?.value}
            <Text size="xs" className={word && `whatif-${word}`} c={word ? undefined : "dimmed"}>
              {figure?.change} {word}
            </Text>
          </Table.Td>
        );
      })}
    </Table.Tr>
  ));
}

function Small({ name, answer, most }: { name: string; answer: Answer; most: number }): ReactNode {
  const drawn = drawnOf(answer, false);
  const paths = pathsOf(drawn, most);
  return (
    <>
      <svg className="whatif-small" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={`${name}: supply and demand by month`}>
        <path d={paths.supplyBand} fill="var(--supply)" opacity={0.22} />
        <path d={paths.demandBand} fill="var(--demand)" opacity={0.18} />
        <path d={paths.supply} fill="none" stroke="var(--supply)" strokeWidth={2} vectorEffect="non-scaling-stroke" />
        <path d={paths.demand} fill="none" stroke="var(--demand)" strokeWidth={2} strokeDasharray="5 3" vectorEffect="non-scaling-stroke" />
      </svg>
      <Months name={name} answer={answer} many={answer.headline.months} />
    </>
  );
}
