//! Claimed against modelled: figures that somebody published, held against what the book gives.
//!
//! A claim that does not come out is not made to: it is told with what would have to hold for it to
//! come out ([`Need`]), solved for in the promised case with everything else as in the book.

use super::{Case, Irr, gross_megawatts, units};
use crate::exact::in_book;
use crate::{FlowKind, Valuer};
use offtake_model::{Amount, Book, Claim, Claimed, Counted, Mark, Project, Sense, Side, Source};
use offtake_units::{Money, Per, Price, Share};

/// How far from a figure still counts as about as much, as a part of it.
const ABOUT: f64 = 0.05;
/// Average hours of a year.
const YEAR: f64 = 8_765.82;
/// Shell cost up to which one is looked for, as a multiple of the book's; a megawatt for nothing is the least.
const MOST: f64 = 4.0;
/// Rent up to which one is looked for, for a megawatt and year in the currency's unit.
const MOST_RENT: f64 = 1e8;

/// A claim with what the book gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Id of the claim.
    pub id: String,
    /// What it is about.
    pub of: Claimed,
    /// How it is meant.
    pub sense: Sense,
    /// What was claimed: money in the currency's unit, a part of a whole, or a number.
    pub claimed: f64,
    /// What the book gives in the promised case; `None` when it gives nothing.
    pub modelled: Option<f64>,
    /// Whether what the book gives bears the claim out.
    pub holds: Option<bool>,
    /// Who said it: publisher and date; `None` for a judgement.
    pub source: Option<String>,
    /// How far that can be trusted.
    pub mark: Mark,
    /// What was said with it.
    pub note: Option<String>,
    /// What it rests on, in figures of the promised case.
    pub because: Vec<(&'static str, f64)>,
    /// What would bear it out.
    pub needs: Vec<Need>,
}

/// Something that would have to hold for a claim to come out, everything else as in the book.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Need {
    /// Halls that cost at most so much for a megawatt, in the currency's unit.
    ShellCost(f64),
    /// Halls and accelerators both worth this share of their cost at the end.
    Residual(f64),
    /// The return if halls and accelerators kept all of their cost.
    WithAllLeft(f64),
    /// Halls that the project rents for at most so much a megawatt and year, and does not buy.
    Rent(f64),
    /// The return when the halls are not counted.
    WithoutShell(f64),
    /// The return when the halls are not counted and nothing is left at the end.
    WithoutShellOrResidual(f64),
    /// Power and operation of at most so much a year, in the currency's unit.
    CostsAYear(f64),
}

/// Holds every claim of the book on `project` against its `case`.
#[must_use]
pub fn claims(valuer: &Valuer<'_>, project: &str, case: &Case<'_>) -> Vec<Held> {
    let of = valuer.book.claims.iter().filter(|(_, claim)| claim.project == project);
    of.map(|(id, claim)| hold(valuer, id, claim, case)).collect()
}

fn hold(valuer: &Valuer<'_>, id: &str, claim: &Claim, case: &Case<'_>) -> Held {
    let claimed = match claim.amount {
        Amount::Money(money) => units(in_book(valuer.book, money)),
        Amount::Share(share) => share.part(),
        Amount::Number(number) => number,
    };
    let modelled = modelled(valuer, claim.of, case);
    let bears = |found: f64| match claim.sense {
        Sense::About => (found - claimed).abs() <= ABOUT * claimed.abs(),
        Sense::AtLeast => found >= claimed * (1.0 - 1e-9),
        Sense::AtMost => found <= claimed * (1.0 + 1e-9),
    };
    let holds = modelled.map(bears);
    // What would give less than the book does is nobody's question.
    let is_exceeded = modelled.is_some_and(|found| found > claimed);
    let needs = if holds != Some(false) || is_exceeded {
        Vec::new()
    } else {
        needs(valuer, claim.of, claimed, case)
    };
    let path = format!("claim.{id}.{}", claim.amount.key());
    let provenance = valuer.book.provenance.get(&path);
    let source = provenance.and_then(|p| valuer.book.sources.get(p.source.as_ref()?));
    let dated = |source: &Source| match source.date {
        Some(date) => format!("{}, {date}", source.publisher),
        None => source.publisher.clone(),
    };
    Held {
        source: source.map(dated),
        mark: provenance.map_or(Mark::Judgement, |provenance| provenance.mark),
        note: claim.note.clone(),
        id: id.to_owned(),
        of: claim.of,
        sense: claim.sense,
        claimed,
        modelled,
        holds,
        because: because(claim.of, case),
        needs,
    }
}

fn modelled(valuer: &Valuer<'_>, of: Claimed, case: &Case<'_>) -> Option<f64> {
    let purchases = || units(-case.promised.of_kind(FlowKind::Purchase));
    let over = |top: f64, bottom: f64| (bottom > 0.0).then(|| top / bottom);
    match of {
        Claimed::RunRate => Some(run_rate(valuer, case)),
        Claimed::EbitdaMargin => case.returns.margin,
        Claimed::PrepaymentOverPurchase => over(prepaid(valuer, case), purchases()),
        Claimed::FundedShare => over(prepaid(valuer, case) + drawn(case), purchases()),
        Claimed::Debt => Some(drawn(case)),
        Claimed::DscrMin => case.returns.dscr_min,
        Claimed::ProjectIrr => case.returns.project_irr.counted(),
        Claimed::EquityIrr => case.returns.equity_irr.counted(),
        Claimed::PowerShare => {
            let sites = valuer.book.sites.values().filter_map(|site| site.grid_power);
            over(megawatts(valuer, case), sites.map(|power| power.megawatts()).sum())
        }
        Claimed::RevenueShare => {
            let sold = valuer.on(Side::Sold).map(|deal| a_year(deal)).sum();
            over(run_rate(valuer, case), sold)
        }
    }
}

/// Returns what a deal bills in a mean year with all of it in service, in the currency's unit.
pub fn a_year(deal: &crate::Deal<'_>) -> f64 {
    let one = |lot: &crate::Lot| {
        let years = (lot.promised_end - lot.promised) as f64 / YEAR;
        if years > 0.0 { units(lot.value) / years } else { 0.0 }
    };
    deal.tranches.iter().map(one).sum()
}

fn deals<'c>(
    valuer: &'c Valuer<'c>,
    case: &'c Case<'_>,
) -> impl Iterator<Item = &'c crate::Deal<'c>> {
    case.plan.deals.iter().map(|deal| &valuer.deals[*deal])
}

fn run_rate(valuer: &Valuer<'_>, case: &Case<'_>) -> f64 {
    deals(valuer, case).map(a_year).sum()
}

fn prepaid(valuer: &Valuer<'_>, case: &Case<'_>) -> f64 {
    let of = |deal: &crate::Deal<'_>| {
        let share = deal.contract.prepayment.map_or(0.0, |prepayment| prepayment.share.part());
        units(deal.value()) * share
    };
    deals(valuer, case).map(of).sum()
}

fn drawn(case: &Case<'_>) -> f64 {
    case.structure.drawn().iter().map(|drawn| units(*drawn)).sum()
}

fn megawatts(valuer: &Valuer<'_>, case: &Case<'_>) -> f64 {
    let tranches = deals(valuer, case).flat_map(|deal| &deal.contract.tranches);
    tranches.map(|tranche| gross_megawatts(valuer.book, tranche)).sum()
}

/// Returns the figures that a result of the promised case is made of.
fn because(of: Claimed, case: &Case<'_>) -> Vec<(&'static str, f64)> {
    let revenue = units(case.returns.revenue).max(f64::MIN_POSITIVE);
    let part = |kind| units(-case.promised.of_kind(kind)) / revenue;
    match of {
        Claimed::EbitdaMargin => vec![
            ("power over revenue", part(FlowKind::PowerCost)),
            ("operation over revenue", part(FlowKind::Opex)),
        ],
        Claimed::ProjectIrr | Claimed::EquityIrr => vec![
            ("accelerators", units(-case.promised.of_kind(FlowKind::Purchase))),
            ("halls", units(-case.promised.of_kind(FlowKind::Shell))),
            ("debt drawn", drawn(case)),
            ("most that owners put in", units(case.returns.put_in)),
            ("left at the end", units(case.promised.of_kind(FlowKind::Residual))),
        ],
        _ => Vec::new(),
    }
}

fn needs(valuer: &Valuer<'_>, of: Claimed, claimed: f64, case: &Case<'_>) -> Vec<Need> {
    match of {
        Claimed::EbitdaMargin => {
            vec![Need::CostsAYear((1.0 - claimed) * run_rate(valuer, case))]
        }
        Claimed::ProjectIrr | Claimed::EquityIrr => {
            let rate = |project: &Project| rate(valuer, of, project);
            let own = case.plan.project;
            let whole = Share::new(1.0);
            let kept =
                Project { shell_residual: whole, accelerators_residual: whole, ..own.clone() };
            [
                shell_needed(valuer.book, own, claimed, &rate).map(Need::ShellCost),
                residual_needed(own, claimed, &rate)
                    .map(Need::Residual)
                    .or_else(|| rate(&kept).map(Need::WithAllLeft)),
                rate(&without(own, &[Counted::Shell])).map(Need::WithoutShell),
                rate(&without(own, &[Counted::Shell, Counted::Residual]))
                    .map(Need::WithoutShellOrResidual),
                rent_needed(valuer.book, own, claimed, &rate).map(Need::Rent),
            ]
            .into_iter()
            .flatten()
            .collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the rate of return of a changed project when everything is as promised.
fn rate(valuer: &Valuer<'_>, of: Claimed, project: &Project) -> Option<f64> {
    let case = Case::new(valuer, project);
    match of {
        Claimed::ProjectIrr => case.returns.project_irr.counted(),
        _ => match &case.returns.equity_irr {
            // Owners who put nothing in earn more than any rate.
            Irr::None(super::NoIrr::NothingPutIn) => Some(f64::INFINITY),
            other => other.counted(),
        },
    }
}

fn without(project: &Project, left_out: &[Counted]) -> Project {
    let mut changed = project.clone();
    changed.perimeter.retain(|counted| !left_out.contains(counted));
    if left_out.contains(&Counted::Shell) {
        // What is not bought is not left at the end.
        changed.shell_residual = Share::new(0.0);
    }
    changed
}

/// Returns the shell cost for a megawatt at which the rate is `claimed`, between nothing and a multiple of
/// the book's; `None` when even halls for nothing do not give it, or the book says no cost.
fn shell_needed(
    book: &Book,
    own: &Project,
    claimed: f64,
    rate: &impl Fn(&Project) -> Option<f64>,
) -> Option<f64> {
    let cost = units(in_book(book, own.shell_cost?.money()));
    let at = |cost: f64| {
        let micros = libm::round(cost * 1e6) as i128;
        let price = Price::new(Money::from_micros(micros, book.currency), Per::Megawatt);
        rate(&Project { shell_cost: Some(price), ..own.clone() })
    };
    solve(0.0, cost * MOST, |cost| at(cost).is_some_and(|found| found >= claimed))
}

/// Returns the rent for a megawatt and year, paid before debt, at which the rate is `claimed` when the halls
/// are rented and not bought; `None` when even halls for nothing do not give it.
fn rent_needed(
    book: &Book,
    own: &Project,
    claimed: f64,
    rate: &impl Fn(&Project) -> Option<f64>,
) -> Option<f64> {
    let tenant = without(own, &[Counted::Shell]);
    let before = own.operation_per_megawatt.map_or(0, |price| in_book(book, price.money()));
    let at = |rent: f64| {
        let micros = before + libm::round(rent * 1e6) as i128;
        let price = Price::new(Money::from_micros(micros, book.currency), Per::MegawattYear);
        rate(&Project { operation_per_megawatt: Some(price), ..tenant.clone() })
    };
    solve(0.0, MOST_RENT, |rent| at(rent).is_some_and(|found| found >= claimed))
}

/// Returns the share of their cost that halls and accelerators must both be worth at the end for the rate to
/// be `claimed`; `None` when even all of it is not enough.
fn residual_needed(
    own: &Project,
    claimed: f64,
    rate: &impl Fn(&Project) -> Option<f64>,
) -> Option<f64> {
    let at = |share: f64| {
        let share = Share::new(share);
        rate(&Project { shell_residual: share, accelerators_residual: share, ..own.clone() })
    };
    let kept = |lost: f64| at(1.0 - lost).is_some_and(|found| found >= claimed);
    solve(0.0, 1.0, kept).map(|lost| 1.0 - lost)
}

/// Returns the largest number from `low` to `high` that is good, when what is good is below what is not;
/// `None` when the lowest is not.
fn solve(mut low: f64, mut high: f64, is_good: impl Fn(f64) -> bool) -> Option<f64> {
    if !is_good(low) {
        return None;
    }
    if is_good(high) {
        return Some(high);
    }
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if is_good(middle) { low = middle } else { high = middle }
    }
    Some(low)
}
