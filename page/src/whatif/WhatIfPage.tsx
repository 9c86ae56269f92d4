import { Title } from "@mantine/core";
import type { ReactNode } from "react";

export default function WhatIfPage(): ReactNode {
  return <Title order={1}>What if</Title>;
}
