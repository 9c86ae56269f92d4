// Every figure by the id that the page knows it by.

import type { Picture } from "../frame";
import { cash } from "./cash";
import { claims } from "./claims";
import { concentration } from "./concentration";
import { cost } from "./cost";
import { diversification } from "./diversification";
import { dscr } from "./dscr";
import { flow } from "./flow";
import { irr } from "./irr";
import { planBounds } from "./plan-bounds";
import { planCost } from "./plan-cost";
import { planFrontier } from "./plan-frontier";
import { planSign } from "./plan-sign";
import { planWalkAway } from "./plan-walk-away";
import { planWorth } from "./plan-worth";
import { shortfall } from "./shortfall";
import { supply } from "./supply";
import { timeline } from "./timeline";
import { tornado } from "./tornado";
import { uses } from "./uses";

type Make = (data: unknown) => Picture;

const typed = <T>(make: (data: T) => Picture): Make => (data) => make(data as T);

export const figures: Record<string, Make> = {
  supply: typed(supply),
  shortfall: typed(shortfall),
  timeline: typed(timeline),
  flow: typed(flow),
  tornado: typed(tornado),
  concentration: typed(concentration),
  diversification: typed(diversification),
  "plan-sign": typed(planSign),
  "plan-walk-away": typed(planWalkAway),
  "plan-worth": typed(planWorth),
  "plan-cost": typed(planCost),
  "plan-frontier": typed(planFrontier),
  "plan-bounds": typed(planBounds),
  cash: typed(cash),
  cost: typed(cost),
  dscr: typed(dscr),
  irr: typed(irr),
  claims: typed(claims),
  uses: typed(uses),
};
