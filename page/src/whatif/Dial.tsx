// A slider with its name, its value in words, and a way back to the book.

import { Button, Group, Slider, Text } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface Given {
  name: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /// The value that is the book's.
  none: number;
  /// The value in words, beside the name.
  says: string;
  hint?: ReactNode;
  isDisabled?: boolean;
  onChange: (value: number, isDragging: boolean) => void;
}

export function Dial({ name, value, min, max, step, none, says, hint, isDisabled = false, onChange }: Given): ReactNode {
  const id = useId();
  const isSet = value !== none;
  return (
    <div role="group" aria-labelledby={id}>
      <Group justify="space-between" wrap="nowrap" gap="xs" align="baseline">
        <Text size="sm" id={id} fw={isSet ? 600 : 400} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        <Group gap={6} wrap="nowrap">
          <Text size="sm" className="num" fw={isSet ? 600 : 400} style={{ whiteSpace: "nowrap" }}>
            {says}
          </Text>
          {isSet && (
            <Button size="compact-xs" variant="subtle" color="gray" c="dimmed" onClick={() => onChange(none, false)} aria-label={`Reset ${name}`}>
              Reset
            </Button>
          )}
        </Group>
      </Group>
      <Slider
        my={6}
        size="sm"
        thumbSize={16}
        thumbLabel={name}
        thumbValueText={says}
        label={null}
        min={min}
        max={max}
        step={step}
        value={value}
        disabled={isDisabled}
        onChange={(next) => onChange(next, true)}
        onChangeEnd={(next) => onChange(next, false)}
      />
      {hint && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
    </div>
  );
}
