// The frame of every page: where one is, who one is, and whether what is shown is what is.

import {
  ActionIcon, AppShell, Badge, Burger, Group, NavLink, ScrollArea, Stack, Text, Tooltip, useComputedColorScheme, useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useBreaches } from "../desk/queries";
import { Icon, type IconName } from "../kit/Icon";
import { useSession } from "./session";

interface Room {
  to: string;
  label: string;
  icon: IconName;
  isFor: "all" | "house";
}

const ROOMS: Room[] = [
  { to: "/", label: "Capacity", icon: "calendar", isFor: "all" },
  { to: "/promises", label: "Promises", icon: "list", isFor: "all" },
  { to: "/breaches", label: "Breaches", icon: "warning", isFor: "all" },
  { to: "/pipeline", label: "Pipeline", icon: "funnel", isFor: "house" },
  { to: "/tenants", label: "Tenants", icon: "people", isFor: "house" },
  { to: "/audit", label: "Audit", icon: "check", isFor: "house" },
];

export function Shell(): ReactNode {
  const [isOpen, { toggle, close }] = useDisclosure();
  const session = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const breaches = useBreaches();
  const count = (breaches.data?.promises.length ?? 0) + (breaches.data?.contracts.length ?? 0);
  const rooms = ROOMS.filter((room) => room.isFor === "all" || session.me.role !== "tenant");
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 190, breakpoint: "sm", collapsed: { mobile: !isOpen } }} padding="md">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={isOpen ? "Close the menu" : "Open the menu"} />
            <img src="/favicon.svg" width={24} height={24} alt="" />
            <Text fw={600}>Offtake desk</Text>
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
            {rooms.map((room) => (
              <NavLink
                key={room.to}
                component={Link}
                to={room.to}
                label={room.label}
                leftSection={<Icon name={room.icon} />}
                active={path === room.to}
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
      <Badge variant={isLive ? "outline" : "filled"} color={isLive ? "teal" : "orange"} role="status" aria-label={says}>
        {isLive ? "live" : "no line"}
      </Badge>
    </Tooltip>
  );
}

function Scheme(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  const label = isDark ? "Light colours" : "Dark colours";
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setColorScheme(isDark ? "light" : "dark")}>
        <Icon name={isDark ? "sun" : "moon"} />
      </ActionIcon>
    </Tooltip>
  );
}
