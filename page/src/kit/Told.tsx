// Pieces of a report on the page. Their HTML is the server's, in which all that a book says was made safe.

import { Anchor, Card, Skeleton, Stack, Text, Title } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import type { Shape } from "../api/client";

export type Report = Shape<"Told">;
export type Shown = Report["figures"][number];

const Drawn = lazy(() => import("./Drawn"));

/// Shows words and tables of a report.
export function Words({ html, inline = false }: { html: string; inline?: boolean }): ReactNode {
  const given = { className: "told", dangerouslySetInnerHTML: { __html: html } };
  return inline ? <span {...given} /> : <div {...given} />;
}

/// A figure: what to see in it, the picture, the numbers behind it, and how they are made.
export function FigureCard({ shown, how, children }: { shown: Shown; how: Report["how"]; children?: ReactNode }): ReactNode {
  const isDrawn = Boolean(shown.data);
  const why = how.find((one) => one.id === shown.why);
  return (
    <Card withBorder component="section" id={`fig-${shown.id}`} aria-label={shown.title} className="figure">
      <Title order={2}>{shown.title}</Title>
      <Words html={shown.words} />
      {isDrawn && (
        <Suspense fallback={<Skeleton height={320} aria-busy />}>
          <Drawn shown={shown} />
        </Suspense>
      )}
      {children}
      {isDrawn ? (
        <details>
          <summary>The numbers</summary>
          <Words html={shown.table} />
        </details>
      ) : (
        <Words html={shown.table} />
      )}
      {why && (
        <Text size="xs" c="dimmed">
          <Anchor href={`#how-${why.id}`} c="dimmed" underline="hover">
            {why.name}
            {why.term && ` (${why.term})`}: {why.text}
          </Anchor>
        </Text>
      )}
    </Card>
  );
}

/// The figures of a report by their ids, in that order; those that are not there are left out.
export function Figures({ report, ids }: { report: Report; ids: string[] }): ReactNode {
  const found = ids.flatMap((id) => report.figures.filter((shown) => shown.id === id));
  return (
    <Stack gap="lg">
      {found.map((shown) => (
        <FigureCard key={shown.id} shown={shown} how={report.how} />
      ))}
    </Stack>
  );
}

/// Tables of a report by their ids.
export function Tables({ report, ids }: { report: Report; ids: string[] }): ReactNode {
  const found = ids.flatMap((id) => report.tables.filter((table) => table.id === id));
  if (found.length === 0) return null;
  return (
    <Stack gap="lg">
      {found.map((table) => (
        <Card key={table.id} withBorder component="section" id={table.id} className="long">
          <Words html={table.html} />
        </Card>
      ))}
    </Stack>
  );
}

/// How each number of a report is made, where its words come from, and what it is.
export function How({ report }: { report: Report }): ReactNode {
  return (
    <details className="how">
      <summary>How each number is made, the sources of the book, and what this study is</summary>
      <Text size="sm">
        ± is one standard error: how far a mean may be off because futures are finitely many. It says nothing of a wrong input. P10, P50 and P90 are over
        futures.
      </Text>
      <dl>
        {report.how.map((one) => (
          <div key={one.id}>
            <dt id={`how-${one.id}`}>
              {one.name} {one.term && <span className="term">{one.term}</span>}
            </dt>
            <dd>{one.text}</dd>
          </div>
        ))}
      </dl>
      {report.sources.length > 0 && <Title order={3}>Sources of the book</Title>}
      <ul>
        {report.sources.map((source) => (
          <li key={source.id} id={`source-${source.id}`}>
            <cite>{source.title}</cite> {source.said}
          </li>
        ))}
      </ul>
      <Title order={3}>This study</Title>
      <dl>
        {report.about.map((fact) => (
          <div key={fact.name + fact.text}>
            <dt>{fact.name}</dt>
            <dd>{fact.text}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
