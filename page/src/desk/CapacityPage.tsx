import { Grid, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { AskForm } from "./AskForm";
import { CalendarView } from "./CalendarView";
import type { Selection } from "./paint";

/// What is free, and a form to ask for some of it.
export default function CapacityPage(): ReactNode {
  const [selection, setSelection] = useState<Selection | null>(null);
  return (
    <Stack>
      <div>
        <Title order={1}>Capacity</Title>
        <Text c="dimmed" size="sm">
          What can still be promised, by pool and time. Drag to move, use the wheel to zoom, and drag with shift held to choose what to ask for.
        </Text>
      </div>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <CalendarView selection={selection} onSelect={setSelection} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <AskForm selection={selection} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
