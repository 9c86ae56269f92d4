// The controls, in groups: demand, deliveries, losses, offers, price.

import { Accordion, Badge, Group, NativeSelect, SegmentedControl, Stack, Switch, Text } from "@mantine/core";
import { type ComponentType, memo, type ReactNode, useState } from "react";
import { count } from "../format/number";
import { gpusOf } from "./bill";
import type { Delivery, Known, Loss, Offer, Rate } from "./book";
import { monthsLater } from "../format/days";
import { Dial } from "./Dial";
import { lostOf, slipOf, times, withoutSeller } from "./edits";
import { Picked } from "./Picked";
import { BOUNDS, put, type Settings, toggled } from "./scenario";
import { inService } from "./sign";

export interface Given {
  book: Known;
  settings: Settings;
  set: (change: Partial<Settings>, isDragging: boolean) => void;
}

const size = (record: object | undefined): number => Object.keys(record ?? {}).length;
const factor = (value: number): string => `× ${value.toFixed(2)}`;

/// Whether the controls stand beside the result; below that all groups but the first are closed at first.
const isRoomy = (): boolean => window.matchMedia("(min-width: 1080px)").matches;

export function Controls(given: Given): ReactNode {
  const { settings } = given;
  const groups = [
    { id: "demand", name: "Demand", set: [settings.growth, settings.only, settings.efficiency].filter(Boolean).length, body: <DemandGroup {...given} /> },
    { id: "deliveries", name: "Deliveries come later", set: (settings.late ? 1 : 0) + size(settings.slip), body: <DeliveriesGroup {...given} /> },
    { id: "losses", name: "Lose somebody", set: size(settings.lost), body: <LossesGroup {...given} /> },
    { id: "offers", name: "Sign an offer", set: size(settings.sign), body: <OffersGroup {...given} /> },
    { id: "price", name: "Price", set: settings.price ? 1 : 0, body: <PriceGroup {...given} /> },
  ];
  return (
    <Accordion multiple variant="separated" order={2} defaultValue={isRoomy() ? ["demand", "deliveries", "losses"] : ["demand"]} className="whatif-controls">
      {groups.map((group) => (
        <Accordion.Item key={group.id} value={group.id}>
          <Accordion.Control>
            <Group gap="xs">
              <Text fw={600} size="sm">
                {group.name}
              </Text>
              {group.set > 0 && (
                <Badge size="sm" variant="light">
                  {group.set} set
                </Badge>
              )}
            </Group>
          </Accordion.Control>
          <Accordion.Panel>{group.body}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

/// A rate, and what it becomes.
const from = (rate: Rate, by: number): string => (by === 1 ? times(rate, 1) : `${rate.number} to ${times(rate, by)}`);

function Demand({ book, settings, set }: Given): ReactNode {
  const [growth, efficiency] = [settings.growth ?? 1, settings.efficiency ?? 1];
  const base = book.growths.find(({ id }) => id === (settings.only ?? "base")) ?? book.growths[0];
  const work = book.works.find((one) => one.efficiency !== null && one.efficiency.number !== 1);
  const now = base?.tokens ? `Tokens, ${base.id}: ${from(base.tokens, growth)}. GPUs of training alike.` : "The yearly growth of all work.";
  return (
    <Stack gap="md">
      <Dial name="Growth a year" value={growth} {...BOUNDS.growth} step={0.05} says={factor(growth)} hint={now} onChange={(value, isDragging) => set({ growth: value }, isDragging)} />
      {book.growths.length > 1 && (
        <NativeSelect
          size="xs"
          label="Growth that is drawn"
          value={settings.only ?? ""}
          data={[{ value: "", label: `all ${book.growths.length}, by their chances` }, ...book.growths.map(({ id, probability }) => ({ value: id, label: `only ${id} (in the book ${probability} %)` }))]}
          onChange={(event) => set({ only: event.currentTarget.value }, false)}
        />
      )}
      <Dial
        name="Efficiency gained a year"
        value={efficiency}
        {...BOUNDS.efficiency}
        step={0.05}
        says={factor(efficiency)}
        hint={work?.efficiency ? `Tokens from a GPU, ${work.id}: ${from(work.efficiency, efficiency)}.` : "No work of the book gains efficiency."}
        onChange={(value, isDragging) => set({ efficiency: value }, isDragging)}
      />
    </Stack>
  );
}

const later = (months: number): string => (months === 0 ? "as promised" : `${months > 0 ? "+" : "−"}${Math.abs(months)} mo`);

function Deliveries({ book, settings, set }: Given): ReactNode {
  const lost = lostOf(book, settings);
  const late = settings.late ?? 0;
  const coming = book.deliveries.filter((one) => !one.isDelivered && one.promised !== null).sort((one, other) => ((one.promised ?? "") < (other.promised ?? "") ? -1 : 1));
  const hint = (one: Delivery): string => {
    if (lost.has(one.key)) return "Lost: see below.";
    const day = monthsLater(one.promised ?? "", slipOf(one, settings));
    return `${count(one.gpus)} GPUs, promised ${one.promised}${day === one.promised ? "" : `, here ${day}`}`;
  };
  return (
    <Stack gap="md">
      <Dial name="All that is not delivered" value={late} {...BOUNDS.late} step={1} says={later(late)} onChange={(value, isDragging) => set({ late: value }, isDragging)} />
      <Picked label="Find a delivery" all={coming} most={4} empty="Everything is delivered." read={(one) => ({ key: one.key, text: `${one.name} ${one.id} ${one.site ?? ""} ${one.seller ?? ""}`, isSet: Boolean(settings.slip?.[one.key]) })}>
        {(one) => {
          const months = settings.slip?.[one.key] ?? 0;
          return (
            <Dial
              name={one.name} value={months} min={-6} max={24} none={0} step={1} says={later(months)} hint={hint(one)} isDisabled={lost.has(one.key)}
              onChange={(value, isDragging) => set({ slip: put(settings.slip, one.key, value) }, isDragging)}
            />
          );
        }}
      </Picked>
    </Stack>
  );
}

const KINDS: { kind: Loss["kind"]; name: string; find: string; says: string }[] = [
  { kind: "supplier", name: "Suppliers", find: "Find a supplier", says: "Its contracts and offers are gone from the first day." },
  { kind: "site", name: "Sites", find: "Find a site", says: "What stands there, and offers there, are gone from the first day." },
  { kind: "grid", name: "Grids", find: "Find a grid", says: "Every site on it is gone from the first day." },
  { kind: "maker", name: "Makers", find: "Find a maker", says: "What is not delivered yet does not come. Offers stay." },
];

function Losses({ book, settings, set }: Given): ReactNode {
  const kinds = KINDS.filter(({ kind }) => book.losses.some((one) => one.kind === kind));
  const [chosen, setChosen] = useState<Loss["kind"]>(kinds[0]?.kind ?? "supplier");
  const isSet = (loss: Loss): boolean => settings.lost?.includes(loss.key) ?? false;
  const gpus = (loss: Loss): number => book.deliveries.filter(({ key }) => loss.takes.includes(key)).reduce((sum, one) => sum + one.gpus, 0);
  const label = ({ kind, name }: (typeof KINDS)[number]): string => {
    const many = book.losses.filter((one) => one.kind === kind && isSet(one)).length;
    return many > 0 ? `${name} ${many}` : name;
  };
  const now = kinds.find(({ kind }) => kind === chosen);
  if (!now) return <Text size="sm">Nothing of the book can be lost.</Text>;
  return (
    <Stack gap="xs">
      <SegmentedControl
        fullWidth size="xs" aria-label="What is lost" value={chosen} data={kinds.map((one) => ({ value: one.kind, label: label(one) }))}
        onChange={(value) => setChosen(value)}
      />
      <Text size="xs" c="dimmed">
        {now.says}
      </Text>
      <Picked
        key={chosen} label={now.find} most={8} empty="None." all={book.losses.filter(({ kind }) => kind === chosen)}
        read={(one) => ({ key: one.key, text: `${one.name} ${one.key}`, isSet: isSet(one) })}
      >
        {(one) => (
          <Switch
            size="sm" label={one.name} aria-label={one.name} description={`${count(gpus(one))} GPUs`} checked={isSet(one)}
            onChange={(event) => set({ lost: toggled(settings.lost, one.key, event.currentTarget.checked) }, false)}
          />
        )}
      </Picked>
    </Stack>
  );
}

function Offers({ book, settings, set }: Given): ReactNode {
  const isLost = withoutSeller(book, settings);
  const hint = (offer: Offer): string => {
    const day = inService(offer, book.asOf);
    if (isLost(offer)) return "Its seller or site is lost.";
    if (day === null) return `Signed on ${book.asOf}, it cannot be in service by ${offer.startUntil}.`;
    return `${offer.accelerator}, ${offer.price}, ${offer.term}; signed ${book.asOf}, promised ${day}`;
  };
  const says = (offer: Offer, blocks: number): string => (blocks === 0 ? "not signed" : `${count(gpusOf(offer, blocks))} GPUs`);
  return (
    <Picked
      label="Find an offer" all={book.offers} empty="The book has no offers."
      read={(offer) => ({ key: offer.id, text: `${offer.name} ${offer.id} ${offer.seller} ${offer.site} ${offer.accelerator}`, isSet: Boolean(settings.sign?.[offer.id]) })}
    >
      {(offer) => {
        const blocks = Math.min(settings.sign?.[offer.id] ?? 0, offer.blocks);
        return (
          <Dial
            name={offer.name} value={blocks} min={0} max={offer.blocks} none={0} step={1} says={says(offer, blocks)} hint={hint(offer)}
            isDisabled={isLost(offer) || inService(offer, book.asOf) === null}
            onChange={(value, isDragging) => set({ sign: put(settings.sign, offer.id, value) }, isDragging)}
          />
        );
      }}
    </Picked>
  );
}

function Price({ settings, set }: Given): ReactNode {
  const price = settings.price ?? 1;
  return (
    <Dial
      name="Prices of all contracts" value={price} {...BOUNDS.price} step={0.01} says={factor(price)}
      hint="A price does not change what is served. It changes the bill: price × GPUs × hours of the headline, from each promised day."
      onChange={(value, isDragging) => set({ price: value }, isDragging)}
    />
  );
}

/// A group that is drawn anew only when what it reads changes: a slider that is dragged draws its own group and no other.
function reading(group: ComponentType<Given>, keys: (keyof Settings)[]): ComponentType<Given> {
  const of = ({ settings }: Given): string => JSON.stringify(keys.map((key) => settings[key] ?? null));
  return memo(group, (before, after) => before.book === after.book && before.set === after.set && of(before) === of(after));
}

const DemandGroup = reading(Demand, ["growth", "only", "efficiency"]);
const DeliveriesGroup = reading(Deliveries, ["late", "slip", "lost"]);
const LossesGroup = reading(Losses, ["lost"]);
const OffersGroup = reading(Offers, ["sign", "lost"]);
const PriceGroup = reading(Price, ["price"]);
