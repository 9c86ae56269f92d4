// The frame of every page: where one is, who one is, and whether what is shown is what is.

import {
  ActionIcon, AppShell, Badge, Burger, Group, NavLink, ScrollArea, Stack, Text, Tooltip, useComputedColorScheme, useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useBreaches } from "../desk/queries";
import { Icon, type IconName } from "../kit/Icon";
import { useSession } from "./session";

interface Room {
  to: string;
  label: string;
  icon: IconName;
  isFor: "all" | "house";
}

/// The rooms, by what one comes for.
const WINGS: { label: string; rooms: Room[] }[] = [
  {
    label: "The book",
    rooms: [
      { to: "/", label: "Overview", icon: "home", isFor: "house" },
      { to: "/book", label: "Book", icon: "book", isFor: "house" },
      { to: "/what-if", label: "What if", icon: "sliders", isFor: "house" },
      { to: "/dependencies", label: "Dependencies", icon: "links", isFor: "house" },
      { to: "/money", label: "Money and rights", icon: "coin", isFor: "house" },
      { to: "/plan", label: "Plan", icon: "flag", isFor: "house" },
      { to: "/runs", label: "Runs", icon: "play", isFor: "house" },
    ],
  },
  {
    label: "The desk",
    rooms: [
      { to: "/capacity", label: "Capacity", icon: "calendar", isFor: "all" },
      { to: "/promises", label: "Promises", icon: "list", isFor: "all" },
      { to: "/breaches", label: "Breaches", icon: "warning", isFor: "all" },
      { to: "/pipeline", label: "Pipeline", icon: "funnel", isFor: "house" },
      { to: "/tenants", label: "Tenants", icon: "people", isFor: "house" },
      { to: "/audit", label: "Audit", icon: "check", isFor: "house" },
    ],
  },
];

export function Shell(): ReactNode {
  const [isOpen, { toggle, close }] = useDisclosure();
  const session = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const breaches = useBreaches();
  const count = (breaches.data?.promises.length ?? 0) + (breaches.data?.contracts.length ?? 0);
  const isHouse = session.me.role !== "tenant";
  const wings = WINGS.map((wing) => ({ ...wing, rooms: wing.rooms.filter((room) => room.isFor === "all" || isHouse) }));
  const isHere = (to: string): boolean => path === to || (!isHouse && path === "/" && to === "/capacity");
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 212, breakpoint: "sm", collapsed: { mobile: !isOpen } }} padding="md">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={isOpen ? "Close the menu" : "Open the menu"} />
            <img src="/favicon.svg" width={24} height={24} alt="" />
            <Text fw={600}>Offtake</Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <Live />
            <Text size="sm" visibleFrom="xs">
              {session.me.name}
              <Text span c="dimmed">
                {" "}
                · {session.me.tenant ?? session.me.role}
              </Text>
            </Text>
            <Scheme />
            <Tooltip label="Log out">
              <ActionIcon variant="subtle" color="gray" onClick={session.logOut} aria-label="Log out">
                <Icon name="leave" />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <ScrollArea>
          <Stack gap={2}>
            {wings
              .filter((wing) => wing.rooms.length > 0)
              .map((wing) => (
                <Stack key={wing.label} gap={2} mb="sm" role="group" aria-label={wing.label}>
                  <Text size="xs" c="dimmed" px="sm" pb={2} aria-hidden>
                    {wing.label}
                  </Text>
                  {wing.rooms.map((room) => (
            
                      <NavLink
                        key={room.to}
                        component={Link}
                        to={room.to}
                        label={room.label}
                        leftSection={<Icon name={room.icon} />}
                        active={isHere(room.to)}
                        onClick={close}
                        rightSection={
                          room.to === "/breaches" && count > 0 ? (
                            <Badge color="red" variant="filled" size="sm" aria-label={`${count} breaches`}>
                              {count}
                            </Badge>
                          ) : undefined
                        }
                      />
            
                  ))}
                </Stack>
              ))}
          </Stack>
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Live(): ReactNode {
  const { standing } = useSession();
  const isLive = standing === "live";
  const says = isLive ? "Shown as it is: changes come as they happen" : "No line to the desk; what is shown may be old. Trying again.";
  return (
    <Tooltip label={says}>
      <Badge variant={isLive ? "outline" : "filled"} color={isLive ? "teal" : "#9a3412"} role="status" aria-label={says}>
        {isLive ? "live" : "no line"}
      </Badge>
    </Tooltip>
  );
}

function Scheme(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  useEffect(() => {
    // Pictures read their colours from variables that hang on this.
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  }, [isDark]);
  const label = isDark ? "Light colours" : "Dark colours";
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setColorScheme(isDark ? "light" : "dark")}>
        <Icon name={isDark ? "sun" : "moon"} />
      </ActionIcon>
    </Tooltip>
  );
}
