// A thing of the book with all its values: those that are written, and defaults below.

import { Card, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { nameOf, type Thing, type Whole } from "./things";
import { ValueLine } from "./ValueLine";

export function ThingCard({ book, table, thing }: { book: Whole; table: string; thing: Thing }): ReactNode {
  const written = thing.values.filter((value) => value.mark !== "default");
  const usual = thing.values.filter((value) => value.mark === "default");
  return (
    <Card withBorder component="section" aria-label={`${table} ${thing.id}`} padding="sm">
      <Title order={2} fz="sm">
        {nameOf(thing)}{" "}
        <Text span size="xs" c="dimmed" fw={400}>
          {table} {thing.id} {thing.place && `· ${thing.place}`}
        </Text>
      </Title>
      {written.map((value) => (
        <ValueLine key={value.field} book={book} table={table} thing={thing} value={value} />
      ))}
      {usual.length > 0 && (
        <details>
          <summary>{usual.length} more by default</summary>
          {usual.map((value) => (
            <ValueLine key={value.field} book={book} table={table} thing={thing} value={value} />
          ))}
        </details>
      )}
    </Card>
  );
}
