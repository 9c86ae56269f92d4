import { Table } from "@mantine/core";
import type { ReactNode } from "react";

/// A table that scrolls sideways where the window is narrow, by keyboard too.
export function Wide({ minWidth, mah, label, children }: { minWidth: number; mah?: number; label: string; children: ReactNode }): ReactNode {
  const viewportProps = { tabIndex: 0, role: "region", "aria-label": label };
  return (
    <Table.ScrollContainer minWidth={minWidth} maxHeight={mah} scrollAreaProps={{ viewportProps }}>
      {children}
    </Table.ScrollContainer>
  );
}
