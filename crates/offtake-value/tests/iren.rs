//! IREN's public figures come out of its books, or the book says what they would need; and a project small enough to be
//! worked out by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_book::{read_book, read_book_bytes, render_findings};
use offtake_model::{Book, Claimed, Project};
use offtake_units::{Price, Quantity};
use offtake_value::finance::{
    Agility, Case, Delays, Held, Imagined, Irr, Need, claims, compare, projects, sensitivity,
};
use offtake_value::{FlowKind, Valuer};
use std::path::Path;

fn book(name: &str) -> Book {
    let reading = read_book(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books").join(name));
    assert!(!reading.has_errors(), "{name}: {}", render_findings(&reading.findings));
    reading.book.expect("no error was found")
}

fn of_text(text: &str) -> Book {
    let reading = read_book_bytes("project.toml", text.as_bytes());
    assert!(!reading.has_errors(), "{}", render_findings(&reading.findings));
    reading.book.expect("no error was found")
}

fn held(all: &[Held], of: Claimed) -> &Held {
    all.iter().find(|held| held.of == of).unwrap()
}

#[test]
fn the_public_figures_come_out_of_the_book_of_july() {
    let book = book("iren-2026-07");
    let valuer = Valuer::new(&book);
    let case = Case::new(&valuer, &book.projects["childress"]);
    let all = claims(&valuer, "childress", &case);
    let near = |of: Claimed, expected: f64, within: f64| {
        let found = held(&all, of).modelled.unwrap();
        assert!((found - expected).abs() <= within, "{of:?}: {found}");
        assert_eq!(held(&all, of).holds, Some(true), "{of:?}");
    };
    near(Claimed::RunRate, 1.94e9, 0.5e6);
    near(Claimed::PrepaymentOverPurchase, 1.94 / 5.81, 1e-4);
    near(Claimed::Debt, 3.65e9, 1.0);
    near(Claimed::FundedShare, (1.94 + 3.65) / 5.81, 1e-4);
    near(Claimed::EbitdaMargin, 0.84, 0.005);
    near(Claimed::PowerShare, 300.0 / 4_510.0, 1e-4);
    assert!(held(&all, Claimed::DscrMin).modelled.unwrap() >= 1.05);
    assert_eq!(held(&all, Claimed::EquityIrr).holds, Some(false));
    // Every claim says who made it.
    assert!(all.iter().all(|held| held.source.is_some()));
}

#[test]
fn a_tenth_of_the_power_brings_more_than_half_of_the_revenue() {
    let book = book("iren-2025-11");
    let valuer = Valuer::new(&book);
    let case = Case::new(&valuer, &book.projects["childress"]);
    let all = claims(&valuer, "childress", &case);
    let power = held(&all, Claimed::PowerShare).modelled.unwrap();
    assert!((power - 300.0 / 2_910.0).abs() < 1e-6, "{power}");
    assert!(held(&all, Claimed::RevenueShare).modelled.unwrap() > 0.5);
}

#[test]
fn what_a_claimed_return_needs_gives_that_return_when_it_is_put_into_the_book() {
    let book = book("iren-2026-07");
    let valuer = Valuer::new(&book);
    let case = Case::new(&valuer, &book.projects["childress"]);
    let all = claims(&valuer, "childress", &case);
    let needs = &held(&all, Claimed::EquityIrr).needs;
    let cost = needs.iter().find_map(|need| match need {
        Need::ShellCost(cost) => Some(*cost),
        _ => None,
    });
    let price = Price::parse(&format!("{:.3} USD/MW", cost.unwrap())).unwrap();
    let cheap = Project { shell_cost: Some(price), ..book.projects["childress"].clone() };
    let found = Case::new(&valuer, &cheap).returns.equity_irr.unique().unwrap();
    assert!((found - 0.35).abs() < 1e-4, "{found}");
}

#[test]
fn the_day_that_breaks_the_ratio_is_the_first_that_does() {
    let book = book("iren-2026-07");
    let valuer = Valuer::new(&book);
    let case = Case::new(&valuer, &book.projects["childress"]);
    let delays = Delays::new(&case, 12);
    let dscr = |days: u32| {
        let imagined = Imagined::new(&valuer, i64::from(days) * 24);
        case.value(&imagined.drawn(), &mut Vec::new()).2.dscr_min.unwrap()
    };
    let below = delays.below.unwrap();
    assert!(dscr(below) < 1.05 && dscr(below - 1) >= 1.05, "{below}");
    assert_eq!(delays.terminate, Some(120));
    assert_eq!(delays.rows.len(), 13);
    assert!(delays.rows[0].dscr_min.unwrap() >= 1.05 && delays.rows[12].dscr_min.unwrap() < 1.0);
}

#[test]
fn no_coin_is_lost_between_contracts_costs_lenders_and_owners() {
    for name in ["iren-2025-11", "iren-2026-07"] {
        let book = book(name);
        let valuer = Valuer::new(&book);
        for (id, project) in &book.projects {
            let case = Case::new(&valuer, project);
            for days in [0, 100, 400] {
                let imagined = Imagined::new(&valuer, days * 24);
                let mut outcomes = Vec::new();
                let (ledger, paid, _) = case.value(&imagined.drawn(), &mut outcomes);
                let billed: i128 = outcomes.iter().flat_map(|o| &o.flows).map(|f| -f.micros).sum();
                let own: i128 = case.flows(&ledger, &paid).iter().map(|flow| flow.micros).sum();
                let owners: i128 = paid.equity.iter().sum();
                assert_eq!(paid.unpaid, 0, "{name} {id} {days}");
                assert_eq!(billed + own, owners, "{name} {id}, {days} days late");
            }
        }
    }
}

#[test]
fn what_a_return_rests_on_brackets_what_the_book_says() {
    let book = book("iren-2026-07");
    let moved = sensitivity(&book, "childress");
    let valuer = Valuer::new(&book);
    let middle =
        Case::new(&valuer, &book.projects["childress"]).returns.equity_irr.unique().unwrap();
    assert_eq!(moved[0].path, "build.liquid-hall.capex.hall");
    for one in &moved {
        let at = |end: &Option<offtake_value::finance::End>| {
            end.as_ref().unwrap().equity_irr.unique().unwrap()
        };
        let (low, high) = (at(&one.low), at(&one.high));
        assert!(low.min(high) <= middle && middle <= low.max(high), "{}", one.path);
    }
}

#[test]
fn megawatts_are_convertible_when_power_and_hall_are_there() {
    let book = book("iren-2026-07");
    let agility = Agility::new(&book, &[6, 12, 18]);
    assert_eq!(agility.within, [(6, 384.0), (12, 1_784.0), (18, 2_384.0)]);
    assert_eq!(agility.secured, 4_510.0);
}

#[test]
fn uses_of_a_megawatt_are_ranked_by_return_and_the_cloud_earns_most() {
    let book = book("iren-2025-11");
    let valuer = Valuer::new(&book);
    let cases = vec![("childress".to_owned(), Case::new(&valuer, &book.projects["childress"]))];
    let uses = compare(&book, &cases);
    assert_eq!(uses.len(), 4);
    assert!(uses.windows(2).all(|pair| pair[0].irr.counted() >= pair[1].irr.counted()));
    let own = uses.iter().find(|one| one.is_own).unwrap();
    assert!(uses.iter().all(|one| one.is_own || one.revenue * 5.0 < own.revenue));
    // 76.4 kUSD a GPU and 15 MUSD a megawatt of hall.
    assert!((own.capital - (5.81e9 + 3.0e9) / 200.0).abs() < 1.0, "{}", own.capital);
}

/// One rack for a year from 1 January 2026 at 2 USD, bought for 720,000 USD paid at the end of January, run for a
/// tenth of revenue: 72 · 2 · 8,760 = 1,261,440 billed, 1,135,296 kept; a tenth of the price left in December.
const SMALL: &str = r#"
format = 1
as_of  = 2025-12-01
from   = 2026-01-01
until  = 2028-01-01
owner  = "us"
[party.tenant]
[party.maker]
[defaults]
uncertainty = "none"
[contract.sold]
seller             = "us"
buyer              = "tenant"
site               = "here"
accelerator        = "gb300-nvl72"
price.per_gpu_hour = "2 USD/GPUh"
term               = "12 months"
[tranche.sold.all]
racks                 = 1
promised              = 2026-01-01
accelerators.from     = "bought"
accelerators.promised = 2025-12-31
[purchase.bought]
seller      = "maker"
gpus        = 72
price.total = "720 kUSD"
paid        = "shipped + 15 d"
[site.here]
zone = "US"
[project.small]
operation.per_revenue = "10 %"
accelerators.residual = "10 %"
discount.project      = "12 %/year"
"#;

#[test]
fn a_project_of_one_rack_comes_out_as_by_hand() {
    let book = of_text(SMALL);
    let valuer = Valuer::new(&book);
    let case = Case::new(&valuer, &book.projects["small"]);
    let returns = &case.returns;
    assert_eq!(returns.revenue, 1_261_440_000_000);
    assert_eq!(returns.ebitda, 1_135_296_000_000);
    assert_eq!(returns.margin, Some(0.9));
    assert_eq!(case.promised.of_kind(FlowKind::Purchase), -720_000_000_000);
    assert_eq!(case.promised.of_kind(FlowKind::Residual), 72_000_000_000);
    let kept: i128 = case.paid.equity.iter().sum();
    assert_eq!(kept, 1_135_296_000_000 - 720_000_000_000 + 72_000_000_000);
    // Paid at the end of January with the first fee: eight months' fees of about 94,608 pay 720,000 back.
    assert_eq!(returns.payback, Some(7));
    assert_eq!((returns.dscr_min, returns.unpaid), (None, 0));
    assert!(matches!(returns.project_irr, Irr::One(rate) if rate > 1.0), "{}", returns.project_irr);
}

#[test]
fn a_book_without_a_project_gets_one_of_everything_sold_without_costs_of_its_own() {
    let text = SMALL.split("[project.small]").next().unwrap();
    let book = of_text(text);
    let all = projects(&book);
    let valuer = Valuer::new(&book);
    let case = Case::new(&valuer, &all["all-sold"]);
    assert_eq!(case.returns.margin, Some(1.0));
    assert_eq!(case.promised.of_kind(FlowKind::Purchase), -720_000_000_000);
}

#[test]
fn accelerators_of_a_tranche_that_is_given_up_are_sold_on_the_straight_line() {
    let text = SMALL
        .replace("[tranche.sold.all]", "late.given_up_after = \"6 months\"\n[tranche.sold.all]");
    let book = of_text(&text);
    let valuer = Valuer::new(&book);
    let case = Case::new(&valuer, &book.projects["small"]);
    // Later than anything is waited for: the tranche is given up on 1 July, 167 days after 15 January, of 351 days to
    // the end of the term, over which 648,000 of the price would go.
    let imagined = Imagined::new(&valuer, 24 * 400).without("sold", &valuer);
    let (ledger, paid, returns) = case.value(&imagined.drawn(), &mut Vec::new());
    let sold = 720_000.0 - 648_000.0 * 167.0 / 351.0;
    let found = ledger.of_kind(FlowKind::Residual) as f64 / 1e6;
    assert!((found - sold).abs() < 0.01, "{found} against {sold}");
    // Nothing is billed; three monthly fees at most are credited for the delay.
    assert!(returns.revenue < 0 && returns.revenue == returns.ebitda);
    assert_eq!(returns.payback, None);
    assert_eq!(paid.equity.iter().sum::<i128>(), ledger.before_debt().iter().sum::<i128>());
}

#[test]
fn what_is_paid_on_shipment_moves_with_the_shipment_and_what_never_ships_is_never_paid() {
    let book = book("iren-2025-11");
    let valuer = Valuer::new(&book);
    let case = Case::new(&valuer, &book.projects["childress"]);
    let imagined = Imagined::new(&valuer, 0);
    let bought = |shipped: &[Option<i64>]| -> Vec<(i32, i128)> {
        let drawn = offtake_value::Drawn { shipped, ..imagined.drawn() };
        let (ledger, ..) = case.value(&drawn, &mut Vec::new());
        let flows = ledger.flows.iter().filter(|flow| flow.kind == FlowKind::Purchase);
        flows.map(|flow| (flow.month, flow.micros)).collect()
    };
    let promised = bought(&[]);
    assert_eq!(promised.len(), case.plan.bought.len());
    assert!(promised.len() > 1);
    // Each pool's shipment two years after the day from which its payment counts.
    let mut shipped = vec![None; valuer.pools.len()];
    for part in &case.plan.parts {
        let (moves, after) = part.paid_after.unwrap();
        assert_eq!(moves, offtake_value::finance::Moves::Shipped);
        shipped[part.pool] = Some(part.paid_at - after + 2 * 8_766);
    }
    let late = bought(&shipped);
    for ((month, micros), (later, same)) in promised.iter().zip(&late) {
        assert!((later - month - 24).abs() <= 1, "{month} and {later}");
        assert_eq!(micros, same);
    }
    shipped[case.plan.parts[0].pool] = None;
    let fewer = bought(&shipped);
    assert_eq!(fewer.len() + 1, late.len());
    // And is worth nothing at the end.
    let left = |shipped: &[Option<i64>]| {
        let drawn = offtake_value::Drawn { shipped, ..imagined.drawn() };
        case.value(&drawn, &mut Vec::new()).0.of_kind(FlowKind::Residual)
    };
    let part = &case.plan.parts[0];
    let share = book.projects["childress"].accelerators_residual.part();
    let lost = left(&[]) - left(&shipped);
    assert!((lost as f64 - part.hardware as f64 * share).abs() < 1e7, "{lost}");
}
