import { Title } from "@mantine/core";
import type { ReactNode } from "react";

export default function BookPage(): ReactNode {
  return <Title order={1}>Book</Title>;
}
