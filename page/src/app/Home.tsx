// Where one begins: the answer for the house, what is free for a tenant.

import { type ReactNode, Suspense, lazy } from "react";
import { Loading } from "../kit/States";
import { useSession } from "./session";

const Overview = lazy(() => import("../study/OverviewPage"));
const Capacity = lazy(() => import("../desk/CapacityPage"));

export function Home(): ReactNode {
  const { me } = useSession();
  return <Suspense fallback={<Loading rows={6} />}>{me.role === "tenant" ? <Capacity /> : <Overview />}</Suspense>;
}
