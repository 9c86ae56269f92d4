// Who stands behind what, and what fails with whom.

import type { ReactNode } from "react";
import { Figures, Tables } from "../kit/Told";
import { ROOMS } from "./rooms";
import { StudyFrame } from "./StudyFrame";

export default function DependenciesPage(): ReactNode {
  return (
    <StudyFrame title="Dependencies" about="From the maker of GPUs to the work that runs on them: what fails with each party, site, grid and delivery, and how much hangs on any one.">
      {(report) => (
        <>
          <Tables report={report} ids={["n-minus-1"]} />
          <Figures report={report} ids={[...ROOMS["/dependencies"]]} />
          <Tables report={report} ids={["contracts"]} />
        </>
      )}
    </StudyFrame>
  );
}
