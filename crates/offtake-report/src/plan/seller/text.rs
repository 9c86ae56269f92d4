//! A seller's plan as people read it: picture, sentence, what to build, whom to accept, margin, lenders, limits, risk.

use super::super::{picture as plan_picture, text as plan_text};
use super::{SellerPlanAnswer, floor_of, picture, seller_plan_sentence};
use crate::canvas::Style;
use crate::columns::{Columns, Side::Left, Side::Right, wrap};
use crate::number::{NONE, decimal, percent, short, whole};

/// Writes the plan.
#[must_use]
pub fn seller_plan_text(answer: &SellerPlanAnswer<'_>, style: Style) -> String {
    let parts = [
        title(answer, style),
        picture::megawatts(answer, style),
        sentence(answer, style),
        table(builds(answer), style),
        table(requests(answer), style),
        picture::margin(answer, style),
        table(years(answer), style),
        table(limits(answer), style),
        frontier(answer, style),
        alternatives(answer, style),
        plan_text::information(answer.more.information, answer.currency, style),
        plan_picture::bounds(answer.rounds, style),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    style.glyphs(&parts.join("\n"))
}

fn table(table: Columns, style: Style) -> String {
    if table.is_empty() { String::new() } else { table.text(style) }
}

fn title(answer: &SellerPlanAnswer<'_>, style: Style) -> String {
    let known = format!(
        "{}, as known on {}; {} futures, seed {}, {} months; millions are discounted to the first of the horizon, before tax",
        answer.head.title,
        answer.head.as_of,
        whole(answer.program.scenarios.len() as f64),
        answer.seed,
        answer.program.months.len()
    );
    let faint = style.faint(&wrap(&known, style.width).join("\n"));
    format!("{}\n{faint}\n", style.bold("What to build, and whom to accept"))
}

fn sentence(answer: &SellerPlanAnswer<'_>, style: Style) -> String {
    let lines = wrap(&seller_plan_sentence(answer), style.width.clamp(40, 110));
    format!("{}\n", lines.iter().map(|line| style.bold(line)).collect::<Vec<_>>().join("\n"))
}

fn builds(answer: &SellerPlanAnswer<'_>) -> Columns {
    let heads = [
        ("Build", Left),
        ("on", Left),
        ("order by", Left),
        ("in service", Left),
        ("racks", Right),
        ("GPUs", Right),
        ("MW", Right),
        ("paid", Right),
        ("borrowed", Right),
    ];
    let title = format!("Build (paid and borrowed in {})", answer.currency);
    let mut table = Columns::new(&title, &heads).spare(&[1]);
    for (build, blocks) in answer.built() {
        let (told, of) = (&answer.told.builds[build], &answer.seller.builds[build]);
        let paid: f64 = of.outlay.iter().map(|pay| pay.amount).sum();
        table.push(vec![
            told.recipe.clone(),
            told.power.clone(),
            told.ordered.clone(),
            told.promised.clone(),
            whole(blocks),
            whole(blocks * told.rack as f64),
            decimal(of.block_mw * blocks, 0),
            short(paid * blocks * 1e6),
            short(answer.decision.borrowed[build] * 1e6),
        ]);
    }
    table
}

fn requests(answer: &SellerPlanAnswer<'_>) -> Columns {
    let heads = [
        ("Request", Left),
        ("in service", Left),
        ("GPUs", Right),
        ("chance", Right),
        ("would pay", Right),
        ("pays from", Right),
        ("", Left),
    ];
    let title = format!("Requests ({}/GPUh)", answer.currency);
    let mut table = Columns::new(&title, &heads);
    for (at, told) in answer.told.requests.iter().enumerate() {
        let Some(first) = answer.first_way(at) else { continue };
        let least = answer.least.iter().find(|least| least.request == at);
        let taken = answer.accepted(at);
        let shown = taken.first().map_or(first, |(way, _)| *way);
        let way = &answer.told.ways[shown];
        let share: f64 = taken.iter().map(|(_, share)| share).sum();
        let verdict = match (taken.is_empty(), least) {
            (false, _) if share < 1.0 - 1e-6 => format!("accept {}", percent(share)),
            (false, _) => "accept".to_owned(),
            (true, Some(least)) if least.price.is_none() => {
                "decline: no plan with it keeps the limits".to_owned()
            }
            (true, Some(least)) => {
                let from = least.price.map_or(0.0, |(low, _)| low);
                format!(
                    "decline: {} too little",
                    percent((1.0 - least.asked / from.max(1e-9)).max(0.0))
                )
            }
            (true, None) => "decline".to_owned(),
        };
        table.push(vec![
            told.id.clone(),
            way.promised.clone(),
            whole(way.gpus as f64),
            percent(told.chance),
            decimal(answer.seller.ways[shown].price, 2),
            interval(least.and_then(|least| least.price)),
            verdict,
        ]);
    }
    if !table.is_empty() {
        table.foot("as if it closes: the chance is told and not weighed".to_owned());
    }
    table
}

fn interval(of: Option<(f64, f64)>) -> String {
    match of {
        None => NONE.to_owned(),
        Some((low, high)) if high - low < 0.005 => decimal(high, 2),
        Some((low, high)) => format!("{} to {}", decimal(low, 2), decimal(high, 2)),
    }
}

/// Returns what each year sees: money for building, contracted cash flow, and how often it covers debt service.
fn years(answer: &SellerPlanAnswer<'_>) -> Columns {
    let heads = [
        ("Year", Left),
        ("built for", Right),
        ("drawn", Right),
        ("own", Right),
        ("contracted", Right),
        ("service", Right),
        ("DSCR", Right),
        ("", Left),
    ];
    let title = format!("Money by year ({}, not discounted, in expectation)", answer.currency);
    let mut table = Columns::new(&title, &heads);
    for year in &answer.years {
        let dscr = year.dscr();
        let note = match floor_of(answer, year) {
            None => String::new(),
            Some(floor) => format!("floor {}", decimal(floor, 2)),
        };
        table.push(vec![
            year.year.to_string(),
            short(year.outlay * 1e6),
            short(year.drawn * 1e6),
            short(SellerPlanAnswer::own(year) * 1e6),
            short(year.cash * 1e6),
            short(year.service * 1e6),
            dscr.map_or_else(|| NONE.to_owned(), |dscr| decimal(dscr, 2)),
            note,
        ]);
    }
    table.foot("contracted: fees less power and operation of the book's projects as promised, and of what is accepted in expectation; the floor is held where something new is serviced".to_owned());
    table
}

fn limits(answer: &SellerPlanAnswer<'_>) -> Columns {
    let heads = [("Limit", Left), ("at most", Right), ("one more would earn", Right)];
    let mut table = Columns::new("What limits cost", &heads);
    let mut idle = 0;
    for limit in answer.more.limits.iter().filter(|limit| is_told(&limit.limit)) {
        // What could be borrowed on something that is not built says nothing.
        let is_of_nothing =
            limit.limit.starts_with("loan-to-cost[") && !is_built(answer, &limit.limit);
        if limit.price * 1e6 < 0.5 || is_of_nothing {
            idle += 1;
            continue;
        }
        table.push(vec![
            limit.limit.clone(),
            match limit.limit.starts_with("loan-to-cost[") {
                true => percent(answer.seller.money.loan_to_cost),
                false => short(limit.most),
            },
            format!("{} {}", short(limit.price * 1e6), answer.currency),
        ]);
    }
    if !table.is_empty() {
        if idle > 0 {
            table
                .foot(format!("{} more cost nothing: `--json` lists them", whole(f64::from(idle))));
        }
        table
            .foot("duals with whole blocks held; power in megawatts, money in millions".to_owned());
    }
    table
}

/// Says whether the build that a limit names is built.
fn is_built(answer: &SellerPlanAnswer<'_>, limit: &str) -> bool {
    answer.built().iter().any(|(build, _)| limit.contains(&answer.told.builds[*build].name))
}

/// Says whether a row is a limit that somebody could loosen: what only ties choices to each other is not.
pub(super) fn is_told(limit: &str) -> bool {
    !["request[", "least[", "promise[", "level"].iter().any(|kind| limit.starts_with(kind))
}

fn frontier(answer: &SellerPlanAnswer<'_>, style: Style) -> String {
    let mut points: Vec<_> = answer.more.frontier.iter().collect();
    // What is borrowed for nothing tells no two choices apart.
    let decided = |signed: &[f64]| {
        let of = offtake_plan::seller::decision(answer.seller, answer.columns, signed);
        (of.built, of.accepted)
    };
    points.dedup_by(|a, b| decided(&a.signed) == decided(&b.signed));
    if points.len() < 2 {
        return String::new();
    }
    let mut text = format!(
        "{}\n",
        style.bold("Margin against risk: choices that differ, from most in expectation to most in the worst futures")
    );
    let base = answer.nothing;
    for point in points {
        text.push_str(&format!(
            "  weight {:>4.2}   expected {:>9}   worst futures {:>9}\n",
            point.weight,
            short((base.expected - point.expected) * 1e6),
            short((base.cvar - point.cvar) * 1e6),
        ));
    }
    text.push_str(
        &style.faint("  over doing nothing; of the worst futures, the difference of both means\n"),
    );
    text
}

fn alternatives(answer: &SellerPlanAnswer<'_>, style: Style) -> String {
    let others = &answer.more.alternatives;
    if others.is_empty() {
        return String::new();
    }
    let added = |objective: f64| answer.nothing.objective - objective;
    let mut text = format!("{}\n", style.bold("Other choices that are nearly as good"));
    for other in others {
        let decided = offtake_plan::seller::decision(answer.seller, answer.columns, &other.signed);
        let built = decided.built.iter().enumerate().filter(|(_, blocks)| **blocks > 1e-6);
        let built: Vec<String> = built
            .map(|(b, n)| format!("{} racks of {}", whole(*n), answer.told.builds[b].name))
            .collect();
        let what = if built.is_empty() { "build nothing".to_owned() } else { built.join(", ") };
        let line = format!("{}: {what}", answer.money(added(other.objective)));
        text.push_str(&format!("{}\n", wrap(&line, style.width.clamp(40, 110)).join("\n")));
    }
    text
}
