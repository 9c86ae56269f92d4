// Sign this? One offer against doing nothing, waiting, and its rivals.

import { Button, Card, Code, Grid, Group, NativeSelect, NumberInput, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useSession } from "../app/session";
import { useBook } from "../book/queries";
import { Await, Trouble } from "../kit/States";
import { Wide } from "../kit/Wide";
import { RunProgress } from "../runs/Progress";
import { isOver, resultOf, useJobs, useNewest, useStart } from "../runs/queries";
import { about, changes, type OfferResult, terms, verdict } from "./memo";

const KINDS = ["offer", "opportunity"];

export function OfferMemo(): ReactNode {
  const { isDesk } = useSession();
  const jobs = useJobs();
  const start = useStart();
  const newest = useNewest();
  const book = useBook(newest.data?.id);
  const [asked, setAsked] = useState("");
  const [futures, setFutures] = useState<number | string>(150);
  const offers = (book.data?.tables ?? []).filter((table) => KINDS.includes(table.table)).flatMap((table) => table.rows.map((row) => row.id));
  const offer = asked || (offers[0] ?? "");
  const mine = start.data && jobs.data?.find((job) => job.id === start.data.id);
  const begin = (event: FormEvent): void => {
    event.preventDefault();
    start.mutate({ kind: "offer", book: "newest", options: { offer, samples: Number(futures) }, changes: [] });
  };
  if (!isDesk || offers.length === 0) return null;
  return (
    <Card withBorder component="section" aria-label="Sign this?">
      <Title order={2}>Sign this?</Title>
      <form onSubmit={begin}>
        <Group align="end" mt={6}>
          <NativeSelect size="xs" label="Offer" value={offer} data={offers} onChange={(event) => setAsked(event.currentTarget.value)} />
          <NumberInput size="xs" w={110} label="Futures" value={futures} onChange={setFutures} min={8} max={10_000} />
          <Button type="submit" size="xs" loading={start.isPending}>
            Ask
          </Button>
        </Group>
      </form>
      {start.error && <Trouble error={start.error} />}
      {mine && !isOver(mine) && <RunProgress job={mine} />}
      {mine?.error && <Trouble error={new Error(`${mine.error} ${mine.hint ?? ""}`)} />}
      {mine?.state === "done" && <Memo id={mine.id} />}
    </Card>
  );
}

function Memo({ id }: { id: string }): ReactNode {
  const result = useQuery({
    queryKey: ["jobs", id, "result"],
    staleTime: Infinity,
    queryFn: async () => JSON.parse(await (await resultOf(id)).text()) as OfferResult,
  });
  return <Await query={result}>{(of) => <Said result={of} />}</Await>;
}

function Said({ result }: { result: OfferResult }): ReactNode {
  const { word, tone } = verdict(result);
  return (
    <article aria-label={`Memo on ${result.offer}`}>
      <p className={`verdict ${tone}`}>
        {word}: {result.offer}
      </p>
      <Text size="sm">{result.answer}</Text>
      <Grid mt="sm">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Pairs caption="What it is" rows={terms(result)} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Pairs caption="What signing changes" rows={changes(result)} />
        </Grid.Col>
      </Grid>
      <Against result={result} />
      <Text size="sm" mt="sm">
        Served better first: {result.drivers.slice(0, 4).map((driver) => `${driver.block} (${about(driver.delta_eue)} GPUh a year)`).join(", ")}. From {result.samples}{" "}
        futures; ± is one standard error.
      </Text>
      <details>
        <summary>Its table for the book</summary>
        <Code block>{result.toml}</Code>
      </details>
    </article>
  );
}

function Pairs({ caption, rows }: { caption: string; rows: [string, string][] }): ReactNode {
  return (
    <Table fz="sm" captionSide="top" layout="fixed">
      <Table.Caption ta="left">{caption}</Table.Caption>
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th fw={400}>{name}</Table.Th>
            <Table.Td className="num">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Against({ result }: { result: OfferResult }): ReactNode {
  return (
    <Wide minWidth={560} label="Against doing something else">
      <Table fz="sm" captionSide="top">
        <Table.Caption ta="left">Against doing something else</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Instead</Table.Th>
            <Table.Th ta="right">Unserved, GPUh a year</Table.Th>
            <Table.Th ta="right">Cost, {result.currency} a year</Table.Th>
            <Table.Th ta="right">Signing saves, {result.currency} a year</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {result.against.map((other) => (
            <Table.Tr key={other.alternative}>
              <Table.Td>{other.alternative}</Table.Td>
              <Table.Td ta="right" className="num">
                {about(other.delta_eue)}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {about(other.delta_cost)}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {about(other.signing_saves)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
