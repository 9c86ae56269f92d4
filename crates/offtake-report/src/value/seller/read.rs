//! A seller's tables and pictures as people read them.

use super::{ValueAnswer, days, irr, of, picture, rate, ratio};
use crate::canvas::Style;
use crate::columns::{Columns, Side::Left, Side::Right};
use crate::number::{NONE, decimal, percent, whole};
use offtake_adequacy::Distribution;
use offtake_model::{Claimed, DrawsOn, Sense};
use offtake_value::finance::{Delays, Held, Irr, Moved, Need, ProjectResult, Rates, SellerResults};

/// Returns the parts of a seller's report, in order; nothing for a buyer.
pub(in crate::value) fn sections(answer: &ValueAnswer<'_>, style: Style) -> Vec<String> {
    let Some(results) = of(answer) else { return Vec::new() };
    let mut parts = Vec::new();
    for project in &results.projects {
        parts.push(written(&returns(answer, results, project), style));
        parts.push(picture::waterfall(answer, project, style));
        if let Some(delays) = &project.delays {
            parts.push(picture::delay_map(project, delays, style));
            parts.push(written(&lateness(delays, project), style));
        }
        parts.push(written(&claims(answer, project), style));
        parts.push(written(&rests_on(project), style));
    }
    let tables = [tenants(answer, results), uses(answer, results), agility(results)];
    parts.extend(tables.iter().map(|table| written(table, style)));
    parts.retain(|part| !part.is_empty());
    parts
}

/// Writes a table; nothing for one without rows.
fn written(table: &Columns, style: Style) -> String {
    if table.is_empty() { String::new() } else { table.text(style) }
}

fn returns(answer: &ValueAnswer<'_>, results: &SellerResults, project: &ProjectResult) -> Columns {
    let heads = [
        ("", Left),
        ("promised", Right),
        ("mean", Right),
        ("P5", Right),
        ("P50", Right),
        ("P95", Right),
    ];
    let mut table = Columns::new(&format!("{}: returns", project.name), &heads).spare(&[2]);
    let mut row =
        |name: &str, promised: String, d: Option<&Distribution>, show: &dyn Fn(f64) -> String| {
            let of =
                |value: fn(&Distribution) -> f64| d.map_or(NONE.to_owned(), |d| show(value(d)));
            table.push(vec![
                name.to_owned(),
                promised,
                of(|d| d.mean.mean),
                of(|d| d.p5.mean),
                of(|d| d.p50.mean),
                of(|d| d.p95.mean),
            ]);
        };
    let p = &project.promised;
    let money = |amount: f64| answer.money(amount);
    let months = |months: f64| format!("{} months", whole(months));
    let or_none =
        |value: Option<f64>, show: &dyn Fn(f64) -> String| value.map_or(NONE.to_owned(), show);
    row("EBITDA over revenue", or_none(p.margin, &rate), project.margin.as_ref(), &rate);
    row("IRR before debt", irr(&p.project_irr), project.project_irr.spread.as_ref(), &rate);
    if project.debt.1 > 0.0 {
        row("IRR to the owners", irr(&p.equity_irr), project.equity_irr.spread.as_ref(), &rate);
    }
    row("NPV before debt", money(p.npv), Some(&project.npv), &money);
    if project.debt.1 > 0.0 {
        row("NPV to the owners", money(p.npv_equity), Some(&project.npv_equity), &money);
        row("least DSCR", or_none(p.dscr_min, &ratio), project.dscr_min.as_ref(), &ratio);
    }
    let back = p.payback.map(|months| months as f64);
    row("payback", or_none(back, &months), project.payback.as_ref(), &months);
    for foot in feet(answer, results, project) {
        table.foot(foot);
    }
    table
}

/// Returns what must be said below a project's returns: what is counted, what is not, what has no rate.
fn feet(answer: &ValueAnswer<'_>, results: &SellerResults, project: &ProjectResult) -> Vec<String> {
    let words = |all: &[offtake_model::Counted]| {
        let names: Vec<&str> = all.iter().map(|counted| counted.name()).collect();
        names.join(", ")
    };
    let mut feet = vec![format!(
        "Counted beside fees and credits: {}; with what was paid before the book's day.",
        words(&project.perimeter)
    )];
    if !project.left_out.is_empty() {
        feet.push(format!("Left out, as the book says: {}.", words(&project.left_out)));
    }
    if results.is_made_up {
        feet.push(
            "The book says no [project], so this is everything sold, with no halls, operation or residual: write one."
                .to_owned(),
        );
    }
    if project.debt.1 > 0.0 {
        feet.push(format!(
            "Debt: {} drawn as promised, of {}; owners put in {} at most as promised.",
            answer.money(project.debt.1),
            answer.money(project.debt.0),
            answer.money(project.promised.put_in as f64 / 1e6),
        ));
        feet.push(format!(
            "DSCR is cash flow over debt service in the last twelve months of repayment, by quarter; below what lenders ask \
             for in {} of the futures; {} unpaid at the end on average.",
            percent(project.below.mean),
            answer.money(project.unpaid.mean),
        ));
    }
    if project.never_back.mean > 0.0 {
        feet.push(format!(
            "In {} of the futures it never pays back.",
            percent(project.never_back.mean)
        ));
    }
    for (rates, whose) in
        [(&project.project_irr, "before debt"), (&project.equity_irr, "to the owners")]
    {
        feet.extend(odd(rates, whose));
    }
    if !project.unpriced.is_empty() {
        feet.push(format!(
            "Without a price, so nothing is billed: {}.",
            project.unpriced.join(", ")
        ));
    }
    if project.unpaid_gpus > 0 {
        feet.push(format!(
            "No purchase with a price stands behind {} GPUs: nothing is paid for them.",
            whole(project.unpaid_gpus as f64)
        ));
    }
    feet
}

/// Says what has no rate of return, or several.
fn odd(rates: &Rates, whose: &str) -> Option<String> {
    let mut parts = Vec::new();
    if rates.lost.mean > 0.0 {
        parts.push(format!(
            "in {} nothing comes back (counted as -100 %)",
            percent(rates.lost.mean)
        ));
    }
    if rates.none.mean > 0.0 {
        parts.push(format!("in {} there is none", percent(rates.none.mean)));
    }
    if rates.several.mean > 0.0 {
        parts.push(format!(
            "in {} there are several, and none is meant",
            percent(rates.several.mean)
        ));
    }
    (!parts.is_empty())
        .then(|| format!("IRR {whose}: {}; left out of its spread.", parts.join("; ")))
}

fn lateness(delays: &Delays, project: &ProjectResult) -> Columns {
    let heads = [("", Left), ("late by", Right), ("", Left)];
    let mut table = Columns::new(&format!("{}: how late is too late", project.name), &heads);
    let mut row = |what: String, late: Option<i64>, about: &str| {
        let late = late.map_or("not within five years".to_owned(), days);
        table.push(vec![what, late, about.to_owned()]);
    };
    if let Some(floor) = delays.floor {
        let about = "every tranche still to come, all else as promised";
        row(format!("DSCR below {}", ratio(floor)), delays.below.map(i64::from), about);
        row(
            "lenders get less than is due".to_owned(),
            delays.missed.map(i64::from),
            "from the cash flow and what the accounts hold",
        );
    }
    if let Some(lapse) = delays.lapse {
        let about = match delays.lapse_on {
            Some(DrawsOn::InService) => {
                "from the last promised day in service to the last day of drawing"
            }
            _ => "shipment and payment; from the last payment to the last month of drawing",
        };
        row("draws lapse".to_owned(), Some(lapse), about);
    }
    if let Some(right) = delays.terminate {
        let about = match project.debt.1 > 0.0 {
            true => "that tranche's part of the debt falls due",
            false => "tranche by tranche",
        };
        row("the buyer may terminate".to_owned(), Some(right), about);
    }
    if let Some(stop) = delays.long_stop {
        row(
            "long-stop date".to_owned(),
            Some(stop),
            "the last tranche; then all of the debt falls due",
        );
    }
    table
}

fn claims(answer: &ValueAnswer<'_>, project: &ProjectResult) -> Columns {
    let heads =
        [("", Left), ("claimed", Right), ("book", Right), ("", Left), ("who says so", Left)];
    let mut table = Columns::new(&format!("{}: claimed against modelled", project.name), &heads);
    for held in &project.claims {
        let sense = match held.sense {
            Sense::About => "",
            Sense::AtLeast => "≥ ",
            Sense::AtMost => "≤ ",
        };
        let verdict = match held.holds {
            Some(true) => "comes out",
            Some(false) => "does not",
            None => "not in the book",
        };
        let source = held.source.as_deref().map_or("nobody".to_owned(), first_named);
        table.push(vec![
            claimed_name(held.of).to_owned(),
            format!("{sense}{}", claimed(answer, held.of, held.claimed)),
            held.modelled.map_or(NONE.to_owned(), |found| claimed(answer, held.of, found)),
            verdict.to_owned(),
            format!("{source} ({})", held.mark.text()),
        ]);
    }
    for held in project.claims.iter().filter(|held| held.holds != Some(true)) {
        table.foot(why(answer, held));
    }
    if !table.is_empty() {
        table.foot("The book's figures are as promised; what comes within a twentieth of a figure comes out.".to_owned());
    }
    table
}

/// Returns who published first, with the date: `IREN Limited, 2026-06-01` of a publisher and those that relay it.
fn first_named(source: &str) -> String {
    let (publisher, date) = source.rsplit_once(", ").unwrap_or((source, ""));
    let first = publisher.split([',', ';']).next().unwrap_or(publisher).trim();
    if date.is_empty() { first.to_owned() } else { format!("{first}, {date}") }
}

pub(crate) fn claimed_name(of: Claimed) -> &'static str {
    match of {
        Claimed::RunRate => "billed a year, all in service",
        Claimed::EbitdaMargin => "EBITDA over revenue",
        Claimed::PrepaymentOverPurchase => "prepaid over the GPUs' price",
        Claimed::FundedShare => "prepaid and lent over their price",
        Claimed::Debt => "debt",
        Claimed::DscrMin => "least DSCR",
        Claimed::ProjectIrr => "IRR before debt",
        Claimed::EquityIrr => "IRR to the owners",
        Claimed::PowerShare => "share of grid power",
        Claimed::RevenueShare => "share of what is sold",
    }
}

fn claimed(answer: &ValueAnswer<'_>, of: Claimed, amount: f64) -> String {
    match of {
        Claimed::RunRate | Claimed::Debt => answer.money(amount),
        Claimed::DscrMin => ratio(amount),
        _ => rate(amount),
    }
}

/// Says why a claim does not come out: what was said with it, what the book's figure is made of, what it would need.
pub(super) fn why(answer: &ValueAnswer<'_>, held: &Held) -> String {
    let mut parts = Vec::new();
    if let Some(note) = &held.note {
        parts.push(note.clone());
    }
    if !held.because.is_empty() {
        let of = |(name, amount): &(&str, f64)| {
            let is_share = held.of == Claimed::EbitdaMargin;
            format!("{name} {}", if is_share { rate(*amount) } else { answer.money(*amount) })
        };
        let made: Vec<String> = held.because.iter().map(of).collect();
        parts.push(format!("the book has {}", made.join(", ")));
    }
    parts.extend(held.needs.iter().map(|need| need_text(answer, need, held.claimed)));
    format!("{}: {}.", claimed_name(held.of), parts.join("; "))
}

fn need_text(answer: &ValueAnswer<'_>, need: &Need, goal: f64) -> String {
    let goal = rate(goal);
    match need {
        Need::ShellCost(cost) => {
            format!("{goal} needs halls at {} a megawatt", answer.money(*cost))
        }
        Need::Residual(share) => {
            format!(
                "{goal} needs halls and accelerators worth {} of their cost at the end",
                percent(*share)
            )
        }
        Need::WithAllLeft(found) => {
            format!("were both worth all of their cost at the end, it would be {}", rate(*found))
        }
        Need::Rent(rent) => {
            format!(
                "{goal} if halls are rented at {} a megawatt and year and not bought",
                answer.money(*rent)
            )
        }
        Need::WithoutShell(found) => {
            format!("{} if the halls are not counted at all", rate(*found))
        }
        Need::WithoutShellOrResidual(found) => {
            format!("{} with neither halls nor anything left at the end", rate(*found))
        }
        Need::CostsAYear(costs) => {
            format!("{goal} leaves {} a year for power and operation", answer.money(*costs))
        }
    }
}

fn rests_on(project: &ProjectResult) -> Columns {
    let has_debt = project.debt.1 > 0.0;
    let whose = if has_debt { "the owners' IRR" } else { "IRR" };
    let heads = [("", Left), ("low", Right), (whose, Right), ("high", Right), (whose, Right)];
    let title = format!("{}: what the return rests on", project.name);
    let mut table = Columns::new(&title, &heads);
    let is_told = |moved: &&Moved| moved.swing() >= 0.0005;
    for moved in project.sensitivity.iter().filter(is_told) {
        let end = |end: &Option<offtake_value::finance::End>| match end {
            Some(end) => {
                let found: &Irr = if has_debt { &end.equity_irr } else { &end.project_irr };
                [end.text.clone(), irr(found)]
            }
            None => [NONE.to_owned(), NONE.to_owned()],
        };
        let ([low, at_low], [high, at_high]) = (end(&moved.low), end(&moved.high));
        table.push(vec![moved.path.clone(), low, at_low, high, at_high]);
    }
    if !table.is_empty() {
        table.foot("Each value moved to its low and its high in turn, all else as promised; the one that matters most first.".to_owned());
    }
    table
}

fn tenants(answer: &ValueAnswer<'_>, results: &SellerResults) -> Columns {
    let heads = [
        ("", Left),
        ("buyer", Left),
        ("a year", Right),
        ("of all sold", Right),
        ("gross MW", Right),
        ("of grid power", Right),
    ];
    let mut table = Columns::new("Who the revenue hangs on", &heads);
    for tenant in &results.tenants {
        table.push(vec![
            tenant.contract.clone(),
            tenant.buyer.clone(),
            answer.money(tenant.revenue),
            percent(tenant.revenue_share),
            decimal(tenant.megawatts, usize::from(tenant.megawatts < 10.0)),
            percent(tenant.power_share),
        ]);
    }
    table
}

fn uses(answer: &ValueAnswer<'_>, results: &SellerResults) -> Columns {
    let heads = [
        ("", Left),
        ("revenue", Right),
        ("EBITDA", Right),
        ("to build", Right),
        ("IRR", Right),
        ("NPV", Right),
    ];
    let mut table =
        Columns::new("What a megawatt of critical IT load earns a year, and returns", &heads);
    for one in &results.uses {
        let name = if one.is_own { format!("{} (this book)", one.name) } else { one.name.clone() };
        table.push(vec![
            name,
            answer.money(one.revenue),
            answer.money(one.ebitda),
            answer.money(one.capital),
            irr(&one.irr),
            answer.money(one.npv),
        ]);
    }
    if !table.is_empty() {
        table.foot(
            "IRR and NPV before debt, as promised. A use that earns ten times as much may take twenty times the capital: compare \
             the rates, and what they rest on."
                .to_owned(),
        );
    }
    table
}

fn agility(results: &SellerResults) -> Columns {
    let a = &results.agility;
    let heads = [("", Left), ("gross MW", Right), ("in service from", Right), ("by", Left)];
    let mut table = Columns::new("Megawatts that can still be turned into GPUs", &heads);
    for stock in &a.stocks {
        table.push(vec![
            stock.id.clone(),
            decimal(stock.megawatts, 0),
            stock.earliest.map_or(NONE.to_owned(), |day| day.to_string()),
            stock.recipe.clone().unwrap_or_else(|| "no recipe".to_owned()),
        ]);
    }
    if !table.is_empty() {
        let within: Vec<String> = a
            .within
            .iter()
            .map(|(months, megawatts)| {
                format!("{} MW within {months} months", decimal(*megawatts, 0))
            })
            .collect();
        table.foot(format!(
            "{}, if all were ordered today and crews and racks were there for all at once. Of {} MW of grid power {} MW are set \
             apart for what is sold and {} MW for fleets; opportunities would take {} MW times their chance.",
            within.join(", "),
            decimal(a.secured, 0),
            decimal(a.sold, 0),
            decimal(a.fleets, 0),
            decimal(a.expected, 0),
        ));
    }
    table
}
