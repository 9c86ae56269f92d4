// Free capacity by pool and time, from years to hours: drag to move, wheel or + and - to zoom, arrows by keyboard, and a
// drag with shift (or Enter) chooses a stretch to ask for.

import { ActionIcon, Group, Select, SegmentedControl, Text, Tooltip, useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { count, share } from "../format/number";
import { minute } from "../format/time";
import { Icon } from "../kit/Icon";
import { Await } from "../kit/States";
import { AXIS, type Colors, gutter, paint, ROW, type Scene, type Selection, type Sight, under } from "./paint";
import { type Calendar, useCalendar } from "./queries";

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const SHORTEST = 12 * HOUR;
const LONGEST = 12 * YEAR;
/// As many as the desk gives at once: a window is drawn from a third of them.
const STEPS = 2_000;
const MOST_HEIGHT = 560;
/// How much more than the window is asked for on each side, so that panning does not wait.
const MARGIN = 1;
const SETTLE_MS = 120;

const LIGHT: Colors = {
  ink: "#16202b", muted: "#566270", line: "#c8ced6", paper: "#ffffff", none: "#eceef1", short: "#b3261e",
  ramp: ["#d3e6f5", "#a9cdea", "#72abd9", "#3f87c1", "#1b6ca8"],
};
const DARK: Colors = {
  ink: "#e6ebf0", muted: "#a3afbb", line: "#4a5560", paper: "#242424", none: "#32373d", short: "#ff8a80",
  ramp: ["#23415a", "#2b5f88", "#3a80b8", "#62aee8", "#b5dcfa"],
};

const LEVELS = ["0.95", "0.9", "0.75", "0.5"];

export function CalendarView({ selection, onSelect }: { selection: Selection | null; onSelect: (chosen: Selection) => void }): ReactNode {
  const [sight, setSight] = useState<Sight>(() => ({ from: Date.now() - 30 * 24 * HOUR, until: Date.now() + 2 * YEAR, top: 0 }));
  const [measure, setMeasure] = useState<"firm" | "free">("firm");
  const [level, setLevel] = useState("0.9");
  const asked = useSettled(sight);
  const long = asked.until - asked.from;
  const calendar = useCalendar({
    from: Math.max(asked.from - MARGIN * long, 0),
    until: asked.until + MARGIN * long,
    steps: STEPS,
    firmness: Number(level),
  });
  const zoom = (factor: number): void => setSight((now) => zoomed(now, factor, 0.5));
  const move = (share: number): void => setSight((now) => moved(now, share * (now.until - now.from)));
  return (
    <section aria-label="Free capacity">
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="Which supply"
            value={measure}
            onChange={(value) => setMeasure(value)}
            data={[{ value: "firm", label: "Firm" }, { value: "free", label: "By contract" }]}
          />
          {measure === "firm" && (
            <Select size="xs" w={130} aria-label="Firmness" value={level} onChange={(value) => setLevel(value ?? "0.9")}
              data={LEVELS.map((value) => ({ value, label: `${share(Number(value))} firm` }))} allowDeselect={false} />
          )}
        </Group>
        <Group gap={4}>
          <Control label="Earlier" icon="left" onClick={() => move(-0.5)} />
          <Control label="Later" icon="right" onClick={() => move(0.5)} />
          <Control label="Nearer" icon="plus" onClick={() => zoom(0.5)} />
          <Control label="Further" icon="minus" onClick={() => zoom(2)} />
        </Group>
      </Group>
      <Await query={calendar} rows={10}>
        {(data) => <Drawn calendar={data} {...{ measure, sight, setSight, selection, onSelect }} />}
      </Await>
      <Legend measure={measure} level={level} />
    </section>
  );
}

function Control({ label, icon, onClick }: { label: string; icon: "left" | "right" | "plus" | "minus"; onClick: () => void }): ReactNode {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} onClick={onClick}>
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}

function moved(sight: Sight, by: number): Sight {
  return { ...sight, from: sight.from + by, until: sight.until + by };
}

/// Looks at a window that is `factor` as long, around the instant at `share` of this one.
function zoomed(sight: Sight, factor: number, share: number): Sight {
  const long = sight.until - sight.from;
  const next = Math.min(LONGEST, Math.max(SHORTEST, long * factor));
  const from = sight.from + share * (long - next);
  return { ...sight, from, until: from + next };
}

/// Returns a value once it has not changed for a moment.
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

interface DrawnProps {
  calendar: Calendar;
  measure: "firm" | "free";
  sight: Sight;
  setSight: (next: (now: Sight) => Sight) => void;
  selection: Selection | null;
  onSelect: (chosen: Selection) => void;
}

interface Hover {
  x: number;
  y: number;
}

function Drawn({ calendar, measure, sight, setSight, selection, onSelect }: DrawnProps): ReactNode {
  const { ref: box, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const [row, setRow] = useState(0);
  const isDark = useComputedColorScheme("light") === "dark";
  const whole = AXIS + calendar.pools.length * ROW;
  const height = Math.min(MOST_HEIGHT, Math.max(AXIS + ROW, whole));
  const deepest = Math.max(0, whole - height);
  const scene = useMemo<Scene>(() => {
    const starts = calendar.starts.map((start) => Date.parse(start));
    return { calendar, starts, end: Date.parse(calendar.until), measure, colors: isDark ? DARK : LIGHT, selection, now: Date.now() };
  }, [calendar, measure, isDark, selection]);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || width === 0) return;
    const frame = requestAnimationFrame(() => {
      const dense = devicePixelRatio || 1;
      context.canvas.width = Math.round(width * dense);
      context.canvas.height = Math.round(height * dense);
      context.setTransform(dense, 0, 0, dense, 0, 0);
      paint(context, width, height, scene, sight);
    });
    return () => cancelAnimationFrame(frame);
  }, [scene, sight, width, height]);
  useWheel(canvas, width, deepest, setSight);
  const drag = useDrag({ scene, sight, width, deepest, setSight, onSelect, setHover });
  const onKey = (event: KeyboardEvent): void => {
    const act = byKey(event.key, { calendar, scene, sight, row, setRow, setSight, onSelect, deepest, height });
    if (act) event.preventDefault();
  };
  const found = hover && under(scene, sight, width, hover);
  const label = `Free GPUs of ${calendar.pools.length} pools from ${minute(sight.from)} to ${minute(sight.until)}. Arrows move, plus and minus zoom, Enter chooses a month of the marked pool.`;
  return (
    <div ref={box} style={{ position: "relative" }}>
      <canvas
        ref={canvas}
        className="calendar"
        style={{ height }}
        tabIndex={0}
        role="application"
        aria-label={label}
        onKeyDown={onKey}
        {...drag}
      />
      {found && hover && (
        <div className="hint" style={{ left: Math.min(hover.x + 12, width - 250), top: Math.min(hover.y + 12, height - 84) }}>
          <Text size="sm" fw={600}>
            {found.row.id}
          </Text>
          <Text size="xs" c="dimmed">
            {found.row.accelerator} at {found.row.site}, {count(found.row.size)} GPUs at most
          </Text>
          <Text size="xs">from {minute(scene.starts[found.step] ?? 0)}</Text>
          <Text size="xs">
            {count(found.row.firm[found.step] ?? 0)} firm at {share(calendar.firmness)}, {count(found.row.free[found.step] ?? 0)} by contract
          </Text>
        </div>
      )}
      <Spoken calendar={calendar} row={row} />
    </div>
  );
}

/// Says the row that the keyboard is on, to whom cannot see it.
function Spoken({ calendar, row }: { calendar: Calendar; row: number }): ReactNode {
  const here = calendar.pools[row];
  return (
    <div aria-live="polite" className="unseen">
      {here ? `${here.id}: ${count(Math.min(...here.firm))} to ${count(Math.max(...here.firm))} GPUs firmly free` : ""}
    </div>
  );
}

interface Keys {
  calendar: Calendar;
  scene: Scene;
  sight: Sight;
  row: number;
  setRow: (row: number) => void;
  setSight: DrawnProps["setSight"];
  onSelect: DrawnProps["onSelect"];
  deepest: number;
  height: number;
}

function byKey(key: string, { calendar, sight, row, setRow, setSight, onSelect, deepest, height }: Keys): boolean {
  const long = sight.until - sight.from;
  const to = (next: number): void => {
    const inside = Math.min(calendar.pools.length - 1, Math.max(0, next));
    setRow(inside);
    setSight((now) => {
      const top = Math.min(inside * ROW, Math.max(now.top, (inside + 1) * ROW - (height - AXIS)));
      return { ...now, top: Math.min(deepest, Math.max(0, top)) };
    });
    const pool = calendar.pools[inside];
    if (pool) onSelect({ pool: pool.id, from: sight.from + long * 0.25, until: sight.from + long * 0.5 });
  };
  const acts: Record<string, () => void> = {
    ArrowLeft: () => setSight((now) => moved(now, -long / 10)),
    ArrowRight: () => setSight((now) => moved(now, long / 10)),
    ArrowUp: () => to(row - 1),
    ArrowDown: () => to(row + 1),
    "+": () => setSight((now) => zoomed(now, 0.5, 0.5)),
    "=": () => setSight((now) => zoomed(now, 0.5, 0.5)),
    "-": () => setSight((now) => zoomed(now, 2, 0.5)),
    Enter: () => to(row),
  };
  acts[key]?.();
  return key in acts;
}

/// Zooms on the wheel, and scrolls rows with shift or where the wheel is over the names.
function useWheel(canvas: React.RefObject<HTMLCanvasElement | null>, width: number, deepest: number, setSight: DrawnProps["setSight"]): void {
  useEffect(() => {
    const target = canvas.current;
    if (!target) return;
    const onWheel = (event: WheelEvent): void => {
      const left = gutter(width);
      const isRows = event.shiftKey || event.offsetX < left;
      if (isRows && deepest === 0) return;
      event.preventDefault();
      if (isRows) {
        setSight((now) => ({ ...now, top: Math.min(deepest, Math.max(0, now.top + event.deltaY + event.deltaX)) }));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        setSight((now) => moved(now, ((now.until - now.from) * event.deltaX) / (width - left)));
      } else {
        setSight((now) => zoomed(now, Math.exp(event.deltaY * 0.0015), (event.offsetX - left) / (width - left)));
      }
    };
    target.addEventListener("wheel", onWheel, { passive: false });
    return () => target.removeEventListener("wheel", onWheel);
  }, [canvas, width, deepest, setSight]);
}

interface Dragging {
  scene: Scene;
  sight: Sight;
  width: number;
  deepest: number;
  setSight: DrawnProps["setSight"];
  onSelect: DrawnProps["onSelect"];
  setHover: (hover: Hover | null) => void;
}

interface Grip {
  x: number;
  y: number;
  chosen: { pool: string; at: number } | null;
}

function useDrag({ scene, sight, width, deepest, setSight, onSelect, setHover }: Dragging): Record<string, (event: PointerEvent<HTMLCanvasElement>) => void> {
  const grip = useRef<Grip | null>(null);
  const point = (event: PointerEvent): Hover => ({ x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY });
  const choose = useCallback(
    (from: { pool: string; at: number }, at: number) => onSelect({ pool: from.pool, from: Math.min(from.at, at), until: Math.max(from.at, at) }),
    [onSelect],
  );
  return {
    onPointerDown: (event) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      const here = point(event);
      const found = event.shiftKey ? under(scene, sight, width, here) : null;
      grip.current = { ...here, chosen: found && { pool: found.row.id, at: found.at } };
    },
    onPointerMove: (event) => {
      const here = point(event);
      const held = grip.current;
      if (!held) return setHover(here);
      setHover(null);
      if (held.chosen) {
        const at = under(scene, sight, width, { x: here.x, y: held.y })?.at;
        if (at !== undefined) choose(held.chosen, at);
        return;
      }
      const [dx, dy] = [here.x - held.x, here.y - held.y];
      held.x = here.x;
      held.y = here.y;
      setSight((now) => ({
        ...moved(now, (-dx / (width - gutter(width))) * (now.until - now.from)),
        top: Math.min(deepest, Math.max(0, now.top - dy)),
      }));
    },
    onPointerUp: () => {
      grip.current = null;
    },
    onPointerLeave: () => {
      grip.current = null;
      setHover(null);
    },
  };
}

function Legend({ measure, level }: { measure: "firm" | "free"; level: string }): ReactNode {
  const isDark = useComputedColorScheme("light") === "dark";
  const colors = isDark ? DARK : LIGHT;
  const swatch = (color: string): ReactNode => (
    <svg width={14} height={14} aria-hidden="true">
      <rect width={14} height={14} rx={2} fill={color} />
    </svg>
  );
  return (
    <Group gap="md" mt="xs">
      <Group gap={4}>
        {swatch(colors.none)}
        <Text size="xs">nothing free</Text>
      </Group>
      <Group gap={4}>
        {colors.ramp.map((color) => (
          <span key={color}>{swatch(color)}</span>
        ))}
        <Text size="xs">up to all free</Text>
      </Group>
      <Group gap={4}>
        {swatch(colors.short)}
        <Text size="xs">more promised than there is</Text>
      </Group>
      <Text size="xs" c="dimmed">
        {measure === "firm"
          ? `GPUs not promised of what is in service in ${share(Number(level))} of the futures of the assess published last, one pool at a time. Times in UTC.`
          : "GPUs not promised of what the contracts say is in service. Times in UTC."}
      </Text>
    </Group>
  );
}
