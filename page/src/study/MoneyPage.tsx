// Money on both sides of every contract, and rights with their days.

import type { ReactNode } from "react";
import { Figures, Tables } from "../kit/Told";
import { ROOMS } from "./rooms";
import { StudyFrame } from "./StudyFrame";

export default function MoneyPage(): ReactNode {
  return (
    <StudyFrame title="Money and rights" about="What is paid and earned, what a GPU-hour costs as promised, as delivered and as used, and the days by which rights have to be used.">
      {(report) => (
        <>
          <Figures report={report} ids={[...ROOMS["/money"]]} />
          <Tables report={report} ids={["late", "dates", "contracts"]} />
        </>
      )}
    </StudyFrame>
  );
}
