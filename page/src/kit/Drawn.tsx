// The picture of a figure. It comes with all that draws, which words and tables need not wait for.

import { type ReactNode, useMemo } from "react";
import { figures } from "../../../report/src/figures";
import { Chart } from "./Chart";
import type { Shown } from "./Told";

export default function Drawn({ shown }: { shown: Shown }): ReactNode {
  const picture = useMemo(() => figures[shown.id]?.(shown.data), [shown]);
  return picture ? <Chart id={shown.id} label={shown.alt} picture={picture} /> : null;
}
