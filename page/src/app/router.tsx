// The rooms of the page; each but the first is fetched when it is entered.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Nothing } from "../kit/States";
import { Home } from "./Home";
import { Shell } from "./Shell";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => <Nothing title="There is no such page">The menu on the left has all of them.</Nothing>,
});
const at = <Path extends string>(path: Path, load: () => Promise<Record<string, never> | { default: React.ComponentType }>) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load as () => Promise<{ default: React.ComponentType }>) });

const rooms = [
  createRoute({ getParentRoute: () => root, path: "/", component: Home }),
  at("/book", () => import("../book/BookPage")),
  at("/what-if", () => import("../whatif/WhatIfPage")),
  at("/dependencies", () => import("../study/DependenciesPage")),
  at("/money", () => import("../study/MoneyPage")),
  at("/plan", () => import("../study/PlanPage")),
  at("/runs", () => import("../runs/RunsPage")),
  at("/capacity", () => import("../desk/CapacityPage")),
  at("/promises", () => import("../desk/PromisesPage")),
  at("/breaches", () => import("../desk/BreachesPage")),
  at("/pipeline", () => import("../desk/PipelinePage")),
  at("/tenants", () => import("../desk/TenantsPage")),
  at("/audit", () => import("../desk/AuditPage")),
];

export const router = createRouter({ routeTree: root.addChildren(rooms), defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
