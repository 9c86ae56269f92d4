// What a page shows before it has something to show, when there is nothing, and when it cannot be had.

import { Alert, Button, List, Paper, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problem } from "../api/problem";

/// Says all that is wrong.
export function Trouble({ error, again }: { error: Error; again?: () => void }): ReactNode {
  const problem = error instanceof Problem ? error : null;
  const items = [
    ...(problem?.findings ?? []).map((finding) => `${finding.field} ${finding.problem}: ${finding.fix}`),
    ...(problem?.objections ?? []).map((against) => against.detail + (against.may_be_waived ? " (the desk may waive this)" : "")),
  ];
  return (
    <Alert color="red" variant="light" role="alert" title={items.length > 0 ? "The desk says no" : undefined}>
      {items.length > 0 ? (
        <List size="sm">
          {items.map((item) => (
            <List.Item key={item}>{item}</List.Item>
          ))}
        </List>
      ) : (
        error.message
      )}
      {again && (
        <Button mt="sm" size="xs" variant="light" color="red" onClick={again}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

/// Says that there is nothing, and what would make something.
export function Nothing({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <Paper withBorder p="xl">
      <Stack gap={4} align="center">
        <Text fw={600}>{title}</Text>
        <Text component="div" c="dimmed" size="sm" ta="center" maw={480}>
          {children}
        </Text>
      </Stack>
    </Paper>
  );
}

/// Says that something is on its way.
export function Loading({ rows }: { rows: number }): ReactNode {
  return (
    <Stack gap="xs" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={28} />
      ))}
    </Stack>
  );
}

/// Shows a result, or that it is on its way, or why it is not.
export function Await<Data>({ query, rows = 4, children }: { query: UseQueryResult<Data>; rows?: number; children: (data: Data) => ReactNode }): ReactNode {
  if (query.data !== undefined) {
    return (
      <>
        {query.error && <Trouble error={query.error} again={() => void query.refetch()} />}
        {children(query.data)}
      </>
    );
  }
  if (query.error) return <Trouble error={query.error} again={() => void query.refetch()} />;
  return <Loading rows={rows} />;
}
