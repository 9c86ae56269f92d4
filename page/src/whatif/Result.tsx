// What a scenario comes to: the sentence, the figures beside the book's, and the months.

import { Badge, Card, Group, Loader, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { memo, type ReactNode, useMemo, useState } from "react";
import { percent } from "../../../report/src/words";
import { count, money } from "../format/number";
import { Chart } from "../kit/Chart";
import { Trouble } from "../kit/States";
import { type Answer, drawnOf, type Figure, figuresOf, nextDue, sentence } from "./answer";
import { bill, stretchOf } from "./bill";
import type { Known } from "./book";
import { pictureOf } from "./picture";
import type { Live } from "./queries";
import type { Settings } from "./scenario";
import { Strip } from "./Strip";

interface Shown {
  live: Live;
  base: Answer | null;
  isChanged: boolean;
  isDragging: boolean;
}

/// What is drawn of an answer is drawn anew when another comes, and not for every step of a slider.
interface Drawn {
  answer: Answer;
  base: Answer | null;
}

/// The sentence that changes live, with how sure it is.
export function Verdict({ live, base, isChanged, isDragging, words }: Shown & { words: string[] }): ReactNode {
  const { asked, error, isAsking } = live;
  const isBusy = isAsking && !isDragging;
  return (
    <Card withBorder className="whatif-verdict" data-holds={asked?.answer.holds ? "yes" : "no"} p="sm" component="section" aria-label="Verdict">
      <Group justify="space-between" wrap="nowrap" align="start" gap="xs">
        <Text fw={600} role="status" aria-live={isDragging ? "off" : "polite"} data-testid="sentence">
          {error ? "There is no answer to this. What is shown below is of before." : asked ? sentence(asked.answer, isChanged ? base : null) : "Drawing the first futures…"}
        </Text>
        <span style={{ width: 18, height: 18 }}>{isBusy && !error && <Loader size={16} role="img" aria-label="Drawing more futures" />}</span>
      </Group>
      <Text size="xs" c="dimmed" component="div">
        {asked && (
          <>
            <Badge size="xs" variant="light" color={asked.samples < 100 ? "orange" : "gray"} mr={6} data-testid="samples">
              {count(asked.samples)} futures
            </Badge>
            ± is one standard error.{" "}
          </>
        )}
        {words.length > 0 ? words.join("; ") : "The book as it stands. Move a control to ask."}
      </Text>
      {error && <Trouble error={error} />}
    </Card>
  );
}

export function Result({ live, base, isChanged, book, settings }: Omit<Shown, "isDragging"> & { book: Known; settings: Settings }): ReactNode {
  const answer = live.asked?.answer ?? null;
  if (!answer) return null;
  const other = isChanged ? base : null;
  return (
    <Stack>
      <div className="whatif-figures">
        <Keys answer={answer} base={other} />
        <FigureOf figure={billFigure(book, settings, answer, isChanged)} />
      </div>
      {isChanged && (
        <Text size="xs" c="dimmed">
          The book as it stands is drawn with the same futures, so a difference is due to the change: it is surer than the two ± beside it.
        </Text>
      )}
      <Months answer={answer} base={other} />
      <Standards answer={answer} base={other} />
    </Stack>
  );
}

const Keys = memo(function Keys({ answer, base }: Drawn): ReactNode {
  return (
    <>
      {figuresOf(answer, base).map((figure) => (
        <FigureOf key={figure.id} figure={figure} />
      ))}
      <Due answer={answer} base={base} />
    </>
  );
});

function FigureOf({ figure }: { figure: Figure }): ReactNode {
  const word = { 1: "better", 0: "", [-1]: "worse" }[figure.turn];
  return (
    <Card withBorder p="xs" component="section" aria-label={figure.name}>
      <Text size="xs" c="dimmed">
        {figure.name}
      </Text>
      <Text fw={600} className="num">
        {figure.value}
      </Text>
      <Text size="xs" c="dimmed">
        {figure.unit}
      </Text>
      {figure.change && (
        <Text size="xs" className={`num ${word && `whatif-${word}`}`} c={word ? undefined : "dimmed"}>
          {figure.change} {word}
        </Text>
      )}
    </Card>
  );
}

function billFigure(book: Known, settings: Settings, { headline }: Answer, isChanged: boolean): Figure {
  const stretch = stretchOf(headline);
  const [own, before] = [bill(book, settings, stretch), bill(book, {}, stretch)];
  const by = own - before;
  const change = !isChanged ? "" : Math.abs(by) < 1 ? "as the book" : `${by > 0 ? "+" : "−"}${money(Math.abs(by), book.currency)}`;
  return { id: "bill", name: "Bill of the contracts", unit: "price × GPUs × hours of the headline", value: money(own, book.currency), change, turn: 0 };
}

function Due({ answer, base }: Drawn): ReactNode {
  const [due, before] = [nextDue(answer), base ? nextDue(base) : null];
  const change = base && due?.date !== before?.date ? `the book: ${before?.date ?? "none"}` : base ? "as the book" : "";
  const figure: Figure = { id: "due", name: "Next date to sign by", unit: due ? `${count(due.gpus)} GPUs for ${due.gap}` : "no gap is left that can be signed for", value: due?.date ?? "none", change, turn: 0 };
  return <FigureOf figure={figure} />;
}

const Months = memo(function Months({ answer, base }: Drawn): ReactNode {
  const [isWhole, setWhole] = useState(false);
  const many = isWhole ? answer.months.length : answer.headline.months;
  const picture = useMemo(() => pictureOf(drawnOf(answer, isWhole), base && drawnOf(base, isWhole)), [answer, base, isWhole]);
  const rows = [{ name: base ? "Scenario" : "Book", answer }, ...(base ? [{ name: "Book", answer: base }] : [])];
  return (
    <Card withBorder component="section" aria-label="Months">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Supply against demand</Title>
        <SegmentedControl
          size="xs"
          aria-label="How far"
          value={isWhole ? "whole" : "headline"}
          data={[{ value: "headline", label: `To ${answer.headline.to}` }, { value: "whole", label: "Whole horizon" }]}
          onChange={(value) => setWhole(value === "whole")}
        />
      </Group>
      <Chart id="what-if-supply" label="Supply against demand by month, in this scenario." picture={picture} />
      <Strip rows={rows} many={many} />
    </Card>
  );
});

const Standards = memo(function Standards({ answer, base }: Drawn): ReactNode {
  return (
    <Group gap="xs">
      {answer.standard.map((one) => {
        const before = base?.standard.find(({ name }) => name === one.name);
        const limit = one.unserved_limit === null ? "" : `, at most ${percent(one.unserved_limit)} may be`;
        return (
          <Text size="xs" key={one.name}>
            <Text span fw={600}>
              {one.name} {one.holds ? "holds" : "does not hold"}:
            </Text>{" "}
            {percent(one.unserved_share.mean)} unserved{limit}
            {before ? ` (the book: ${percent(before.unserved_share.mean)})` : ""}.
          </Text>
        );
      })}
    </Group>
  );
});
