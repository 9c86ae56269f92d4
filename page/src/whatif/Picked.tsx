// A list of which those that are set come first and the rest is searched.

import { Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { shownOf } from "./pick";

interface Given<One> {
  /// What is searched, as `Find a delivery`.
  label: string;
  all: One[];
  read: (one: One) => { key: string; text: string; isSet: boolean };
  empty: string;
  most?: number;
  children: (one: One) => ReactNode;
}

export function Picked<One>({ label, all, read, empty, most = 6, children }: Given<One>): ReactNode {
  const [text, setText] = useState("");
  const { shown, more } = shownOf(all.map((one) => ({ one, ...read(one) })), text, most);
  if (all.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {empty}
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      {all.length > most && <TextInput size="xs" type="search" label={label} value={text} onChange={(event) => setText(event.currentTarget.value)} />}
      {shown.map(({ one, key }) => (
        <div key={key}>{children(one)}</div>
      ))}
      {more > 0 && (
        <Text size="xs" c="dimmed">
          {more} more. Search to find them.
        </Text>
      )}
      {shown.length === 0 && (
        <Text size="xs" c="dimmed">
          Nothing has that name.
        </Text>
      )}
    </Stack>
  );
}
