//! What each number of the page is: in words, the field's term beside, and the formula or source.

/// A definition: id, name in words, the field's term, what it is.
type Why = (&'static str, &'static str, &'static str, &'static str);

/// Every definition, in the order in which the page lists them.
pub(super) const ALL: &[Why] = &[
    (
        "unserved-share",
        "Share of firm demand unserved",
        "NEUE of firm work",
        "Reference GPU-hours of firm work that no GPU served over those that were asked for, both summed over the \
         headline and averaged over all futures. Firm work is work under a standard; all work where the book sets none. \
         (assess: headline.unserved_share)",
    ),
    (
        "months-at-risk",
        "Months at risk",
        "months with LOLP over the standard",
        "Months of the headline in which the chance of any hour short of firm work is above what the standard allows \
         (1 % where none is set). (assess: headline.months_at_risk)",
    ),
    (
        "month-risk",
        "Chance of a shortfall in the month",
        "LOLP",
        "Share of futures in which the month has at least one hour short of firm work. (assess: months.lolp)",
    ),
    (
        "hours-short",
        "Hours a year with a shortfall",
        "LOLH",
        "Hours in which any firm work goes unserved, a year of 8,766 hours, averaged over futures. (assess: lolh)",
    ),
    (
        "unserved",
        "Unserved work",
        "EUE",
        "Expected reference GPU-hours a year that are asked for and not served, of all work. (assess: eue)",
    ),
    (
        "open-position",
        "Not bought yet",
        "open position",
        "Work unserved when all that is signed comes as promised and nothing fails: only signing more mends it. \
         (assess: open_position, share of eue)",
    ),
    (
        "risk",
        "At risk",
        "risk",
        "The rest of the unserved work: what late deliveries, failures, outages, curtailment, breakdowns and growth \
         add to what is not bought yet. (assess: risk)",
    ),
    (
        "firm-equivalent",
        "GPUs that would mend it",
        "firm equivalent",
        "The least constant number of reference GPUs, firm and open to all work, whose addition makes the standards \
         just hold; below zero, so many could go. (assess: headline.firm_equivalent_gpus)",
    ),
    (
        "break-even-growth",
        "Growth that it survives",
        "break-even growth",
        "One yearly growth of all work at which the standards just hold. (assess: headline.break_even_growth)",
    ),
    (
        "decide-by",
        "Sign by",
        "decide-by date",
        "First day of the first month at risk, less the lead time of what could be signed, less the slip that 80 of 100 \
         such deliveries stay within. (assess: headline.decide_by)",
    ),
    (
        "causes",
        "Where it comes from",
        "attribution by cause",
        "Causes are switched on one after another over the same futures; what each adds, averaged over orders, is its \
         part, and the parts add up to the unserved work. (assess: causes)",
    ),
    (
        "credit",
        "Firm GPUs that it is worth",
        "capacity credit (ELCC)",
        "As many GPUs that never fail and come on the promised day as would leave the same value of work unserved in \
         the contract's place. (assess: contracts.years.capacity_credit_gpus)",
    ),
    (
        "demand",
        "Demand",
        "load",
        "GPUs that the work of the month asks for, mean of its hours, in GPUs of the reference type. P10 and P90: one \
         future in ten is below, one in ten above. (assess: months.demand)",
    ),
    (
        "supply",
        "Supply",
        "available capacity",
        "GPUs in service and not broken, mean of the month's hours, in GPUs of the reference type: others count by the \
         work that they do. P10 is a late future: nine in ten have more. (assess: months.total)",
    ),
    (
        "promised",
        "Promised",
        "nameplate by contract",
        "What is in service when every tranche comes on its promised day and nothing fails. (assess: months.total.promised)",
    ),
    (
        "delivery",
        "Day in service",
        "slip",
        "The latest of power, hall and GPUs, plus acceptance, over all futures. P10, P50, P90: the day by which one, \
         five, nine futures in ten have it. (assess: deliveries)",
    ),
    (
        "never",
        "Never",
        "",
        "Share of futures in which the tranche is never ready, or its supplier stops before it is. (assess: deliveries.never)",
    ),
    (
        "class-share",
        "Share of the work unserved",
        "NEUE by block and month",
        "GPU-hours of this work that no GPU served in the month over those that it asked for. (assess: classes.months)",
    ),
    (
        "flow",
        "What hangs on whom",
        "dependency flow",
        "Promised GPUs of every tranche, from who makes them to the grid that they hang on. From grid to work it is a \
         split and no dispatch: by the mean demand, over the headline, of the work that may run there. (book.flow)",
    ),
    (
        "stress",
        "What would change",
        "counterfactual",
        "Unserved work with this one thing changed less unserved work as it stands, both over the same futures; ± is the \
         standard error of that difference. (stress: stresses.delta_eue)",
    ),
    (
        "secure",
        "Does it hold without",
        "N-1",
        "Whether firm work still meets its standard with this one party or thing gone. (stress: stresses.secure)",
    ),
    (
        "diversification",
        "Diversification or volume",
        "",
        "Each supplier's GPUs replaced by as many from the largest, same dates and types: what unserved work rises by is \
         what diversification is worth; the rest of the supplier's worth is volume. (stress: diversification)",
    ),
    (
        "judgement",
        "What is only judgement",
        "sensitivity",
        "Each input that rests on judgement alone, moved from its low to its high end: how far unserved work moves. \
         (stress: judgement)",
    ),
    (
        "concentration",
        "Who stands behind it",
        "concentration, HHI",
        "Share of served firm work behind each party of a kind, by delivered capacity. HHI is the sum of the squared \
         shares: 1 is one party alone. (stress: concentration)",
    ),
    (
        "cash-flow",
        "Money in and out",
        "cash flows",
        "All flows of all contracts over their terms by kind, mean over futures, undiscounted. (value: cash_flows)",
    ),
    (
        "cost-per-hour",
        "Money for a GPU-hour",
        "",
        "All that a buyer pays, or a seller is paid, over the GPU-hours that were promised, that were delivered, and that were used. (value: headline)",
    ),
    (
        "dscr",
        "Cash over debt service",
        "DSCR",
        "Cash flow available for debt service over interest and repayment, of the last twelve months of repayment at the end \
         of each quarter; lenders ask for a least. Months late: everything that is not in service comes so much later, all \
         else as promised; debt service does not wait. (value: projects.delay)",
    ),
    (
        "claim",
        "Said and modelled",
        "",
        "What was published of a project beside what the book comes to when everything is as promised; within a twentieth of \
         the figure, or on the side that was said, it comes out. (value: projects.claims)",
    ),
    (
        "uses",
        "What a megawatt could earn",
        "",
        "Revenue, revenue less power and operation (EBITDA), and what it takes to build, for a megawatt of critical IT load \
         and a year, of each use that the book names and of its own projects; rates and worth before debt, as promised. \
         (value: uses)",
    ),
    (
        "irr",
        "Return",
        "IRR",
        "The yearly discount rate at which the flows of the stated perimeter are worth nothing today; P5, P50, P95 over \
         futures. (value: distribution.irr)",
    ),
    (
        "npv",
        "Worth today",
        "NPV",
        "Month-end flows discounted at the book's rate; P5, P50, P95 over futures. (value: distribution.npv)",
    ),
    (
        "offer",
        "If it is signed",
        "",
        "Unserved work and cost with the offer signed less without, over the same futures; the price at which it stops \
         paying. (offers)",
    ),
    (
        "plan-sign",
        "What to sign next",
        "plan",
        "Blocks of each offer and option that together cost least in the futures that the plan was made for: what is signed,          spot, and work that goes unserved at its value. (plan: sign)",
    ),
    (
        "plan-cost",
        "What the plan costs",
        "expected cost",
        "All that is paid for what the plan signs, for spot, and the value of the work that goes unserved, mean over futures,          discounted to the first of the horizon; what was signed before is paid for either way and not in it. (plan: cost)",
    ),
    (
        "plan-risk",
        "Cost in the worst futures",
        "CVaR",
        "The mean cost of the worst share of futures. A plan may weigh it against the expected cost; each weight has a best          plan. (plan: frontier)",
    ),
    (
        "plan-gap",
        "How far from the best",
        "certified gap",
        "No plan costs less than the lower bound, which is worked out from prices by arithmetic; the plan's cost over it is the          most that a better plan could save. (plan: lower_bound, gap)",
    ),
    (
        "plan-walk-away",
        "Price to leave an offer at",
        "walk-away price",
        "The price at which the best plan with the offer costs as much as the best without it, as an interval between bounds;          all else is decided anew. (plan: walk_away)",
    ),
    (
        "plan-worth",
        "What one more GPU is worth",
        "shadow price, dual",
        "What one more GPU for an hour would save at this place, with the plan signed, mean over futures: the dual of the row of          its pool. Where power lacks and not GPUs it is nothing. (plan: pool_worth)",
    ),
    (
        "headroom",
        "GPUs that could still be promised",
        "headroom",
        "GPUs of a zone and type that more work could use without taking any from other work, mean of the month: P10, \
         which nine futures in ten exceed. (assess: headroom)",
    ),
    (
        "agility",
        "Megawatts that can still turn",
        "agility",
        "Megawatts that no signed contract binds and that can be turned to another use within the time. (value: headline)",
    ),
    (
        "book-value",
        "As the book says it",
        "provenance",
        "A value that people wrote into the book, with its source and how far to trust it: filing, press, weak, derived, \
         unverified, judgement.",
    ),
];

/// Returns what stands behind the numbers of `id`, in a sentence or two.
pub(super) fn of(id: &str) -> String {
    let found = ALL.iter().find(|(known, ..)| *known == id);
    found.map_or_else(String::new, |(_, name, term, text)| match *term {
        "" => format!("{name}: {text}"),
        term => format!("{name} ({term}): {text}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_definition_is_there_once_and_ends_in_where_it_comes_from() {
        let mut ids: Vec<&str> = ALL.iter().map(|(id, ..)| *id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(
            ALL.iter().all(|(_, name, _, text)| !name.is_empty() && text.ends_with(['.', ')']))
        );
    }
}
