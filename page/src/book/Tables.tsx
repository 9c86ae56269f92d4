// Things of one kind, or of all kinds, with a search.

import { Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useDeferredValue, useState } from "react";
import { count } from "../format/number";
import { ThingCard } from "./ThingCard";
import type { Thing, Whole } from "./things";

const MOST = 60;

interface Found {
  table: string;
  thing: Thing;
}

/// Things of some kinds whose id or values have the words.
export function search(book: Whole, kinds: string[] | null, words: string): Found[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const all = book.tables.filter((table) => kinds === null || kinds.includes(table.table)).flatMap((table) => table.rows.map((thing) => ({ table: table.table, thing })));
  const has = ({ table, thing }: Found): boolean => {
    const text = [table, thing.id, ...thing.values.filter((value) => value.mark !== "default").map((value) => `${value.field} ${value.text} ${value.source ?? ""} ${value.mark}`)].join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  return all.filter(has);
}

export function Tables({ book, kinds }: { book: Whole; kinds: string[] | null }): ReactNode {
  const [words, setWords] = useState("");
  const [kind, setKind] = useState<string | null>(null);
  const asked = useDeferredValue(words);
  const found = search(book, kind ? [kind] : kinds, asked);
  const about = book.tables.find((table) => table.table === kind)?.about;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label="Find" placeholder="nscale judgement" value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        {kinds === null && <Select label="Kind" placeholder="all kinds" clearable data={book.tables.map((table) => table.table)} value={kind} onChange={setKind} />}
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        {about ? `${about} ` : ""}
        {count(found.length)} found{found.length > MOST ? `; the first ${MOST} are shown` : ""}.
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {found.slice(0, MOST).map(({ table, thing }) => (
          <ThingCard key={table + thing.id} book={book} table={table} thing={thing} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
