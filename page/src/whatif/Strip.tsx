// A cell for each month, coloured by its chance of a shortfall.

import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { percent, month } from "../../../report/src/words";
import { type Answer, stepOf } from "./answer";

interface Row {
  name: string;
  answer: Answer;
}

const ramp = (step: number): string => `var(--ramp-${step})`;

/// The months of one answer; what it says to who does not see it is the worst of them.
export function Months({ name, answer, many }: Row & { many: number }): ReactNode {
  const months = answer.months.slice(0, many);
  const certain = months.filter(({ lolp }) => lolp.mean >= 0.5).length;
  const label = `${name}: chance of a shortfall is one half or more in ${certain} of ${months.length} months from ${month(months[0]?.month ?? "")}`;
  return (
    <div className="whatif-months" role="img" aria-label={label}>
      {months.map(({ month: text, lolp }) => (
        <i key={text} style={{ background: ramp(stepOf(lolp.mean)) }} title={`${month(text)}: ${percent(lolp.mean)}`} />
      ))}
    </div>
  );
}

export function Strip({ rows, many }: { rows: Row[]; many: number }): ReactNode {
  const first = rows[0]?.answer.months ?? [];
  return (
    <div>
      <div className="whatif-strip">
        {rows.map((row) => (
          <RowOf key={row.name} {...row} many={many} />
        ))}
        <span />
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {month(first[0]?.month ?? "")}
          </Text>
          <Text size="xs" c="dimmed">
            {month(first[Math.min(many, first.length) - 1]?.month ?? "")}
          </Text>
        </Group>
      </div>
      <Text size="xs" c="dimmed">
        Chance of a shortfall in the month: none{" "}
        <span className="whatif-scale" aria-hidden="true">
          {[0, 1, 2, 3, 4, 5, 6].map((step) => (
            <i key={step} style={{ background: ramp(step) }} />
          ))}
        </span>{" "}
        certain
      </Text>
    </div>
  );
}

function RowOf({ name, answer, many }: Row & { many: number }): ReactNode {
  return (
    <>
      <Text size="xs">{name}</Text>
      <Months name={name} answer={answer} many={many} />
    </>
  );
}
