//! Debts worked out by hand, and properties: no coin is lost, no debt is drawn beyond its amount.

use super::*;
use proptest::prelude::*;

const MILLION: i128 = 1_000_000;

/// A debt of 100 at 12 % a year, drawn at once in month 0, repaid in months 1 to `matures`.
fn terms(matures: usize, repayment: Repayment) -> Terms {
    Terms {
        amount: 100 * MILLION,
        rate: 0.12,
        opens: 0,
        closes: None,
        draws_on: DrawsOn::Payment,
        undrawn_fee: 0.0,
        repays_from: 1,
        matures,
        repayment,
        min_dscr: None,
        lock_up: None,
        support: Support::None,
        reserve: 0,
    }
}

/// Puts in 150 in month 0 and earns `flow` in each month after.
struct Project {
    operating: Vec<i128>,
    investing: Vec<i128>,
    in_service: Vec<f64>,
    called: Vec<f64>,
}

impl Project {
    fn earning(flow: i128, months: usize) -> Project {
        let mut operating = vec![flow * MILLION; months + 1];
        operating[0] = 0;
        let mut investing = vec![0; months + 1];
        investing[0] = -150 * MILLION;
        Project {
            operating,
            investing,
            in_service: vec![1.0; months + 1],
            called: vec![0.0; months + 1],
        }
    }

    fn cash(&self) -> Cash<'_> {
        Cash {
            operating: &self.operating,
            investing: &self.investing,
            in_service: &self.in_service,
            // The first month is a December, so that month 3 ends a quarter.
            january: 11,
            called: &self.called,
        }
    }
}

fn sum(rows: &[Vec<i128>]) -> i128 {
    rows.iter().flatten().sum()
}

#[test]
fn two_equal_months_repay_along_the_cash_flow_by_hand() {
    // 100 at 1 % a month, equal cash flow in two months: an annuity of 100 / (1/1.01 + 1/1.01²) = 50.751244.
    let project = Project::earning(60, 2);
    let made = structure(vec![terms(2, Repayment::Sculpted)], &project.cash());
    let paid = made.run(&project.cash());
    let service: Vec<i128> = (1..=2).map(|t| paid.interest[0][t] + paid.principal[0][t]).collect();
    assert!((service[0] - 50_751_244).abs() <= 1, "{service:?}");
    assert!((service[1] - 50_751_244).abs() <= 1, "{service:?}");
    assert_eq!(paid.interest[0][1], MILLION);
    assert_eq!((paid.unpaid, paid.first_missed), (0, None));
    // Owners put in 50 and wait: with the ratio looked at only when a quarter ends, all comes at the end.
    assert_eq!(paid.equity[0], -50 * MILLION);
}

#[test]
fn sculpted_service_covers_every_quarter_as_often() {
    let mut project = Project::earning(10, 24);
    for (month, flow) in project.operating.iter_mut().enumerate().skip(1) {
        *flow = (6 + (month as i128 * 7) % 5) * MILLION;
    }
    let made = structure(vec![terms(24, Repayment::Sculpted)], &project.cash());
    let tests = made.run(&project.cash()).tests;
    assert_eq!(tests.len(), 8);
    for test in &tests {
        assert!((test.dscr - tests[0].dscr).abs() < 1e-5, "{tests:?}");
    }
}

#[test]
fn level_and_bullet_repay_as_they_say() {
    let project = Project::earning(60, 4);
    let level = structure(vec![terms(4, Repayment::Level)], &project.cash()).run(&project.cash());
    assert_eq!(level.principal[0], [0, 25, 25, 25, 25].map(|part| part * MILLION));
    assert_eq!(level.interest[0][1..], [1_000_000, 750_000, 500_000, 250_000]);
    let project = Project::earning(110, 4);
    let bullet = structure(vec![terms(4, Repayment::Bullet)], &project.cash()).run(&project.cash());
    assert_eq!(bullet.principal[0], [0, 0, 0, 0, 100].map(|part| part * MILLION));
    assert_eq!(sum(&bullet.interest), 4 * MILLION);
}

#[test]
fn a_debt_too_large_for_its_ratio_is_cut_to_it() {
    // Twelve months of 5 carry 5 · 11.2551 = 56.28 at a ratio of one; at 1.25 they carry 45.02.
    let project = Project::earning(5, 12);
    let asked = Terms { min_dscr: Some(1.25), ..terms(12, Repayment::Sculpted) };
    let made = structure(vec![asked], &project.cash());
    let amount = made.terms()[0].amount as f64 / 1e6;
    assert!((amount - 45.0203).abs() < 1e-3, "{amount}");
    let paid = made.run(&project.cash());
    assert!((paid.dscr_min().unwrap() - 1.25).abs() < 1e-5, "{paid:?}");
    assert_eq!(paid.unpaid, 0);
}

#[test]
fn two_debts_share_what_there_is_in_proportion() {
    let mut project = Project::earning(60, 2);
    let two = || {
        vec![
            terms(2, Repayment::Level),
            Terms { amount: 300 * MILLION, ..terms(2, Repayment::Level) },
        ]
    };
    let made = structure(two(), &project.cash());
    project.operating[1] = -150 * MILLION;
    project.investing[0] = -400 * MILLION;
    let paid = made.run(&project.cash());
    // Month 1 loses money: the owners make that good, the lenders wait.
    assert_eq!(paid.equity[1], -150 * MILLION);
    assert_eq!((sum(&paid.principal[..1]), paid.first_missed), (paid.principal[0][2], Some(1)));
    let ratio = paid.interest[1][2] as f64 / paid.interest[0][2].max(1) as f64;
    assert!((ratio - 3.0).abs() < 1e-5, "{ratio}");
    assert!(paid.unpaid > 0);
}

#[test]
fn what_is_not_drawn_pays_a_fee_and_lapses_after_the_last_day() {
    let delayed = |closes| Terms {
        closes: Some(closes),
        undrawn_fee: 0.012,
        repays_from: 6,
        ..terms(12, Repayment::Level)
    };
    let mut project = Project::earning(30, 12);
    project.operating[1..6].fill(0);
    // 150 in month 0, 40 more in month 4.
    project.investing[4] = -40 * MILLION;
    let cut = |closes| structure(vec![delayed(closes)], &project.cash()).run(&project.cash());
    let early = Terms { amount: 160 * MILLION, ..delayed(3) };
    let paid = structure(vec![early], &project.cash()).run(&project.cash());
    // Of 160, 150 and the first month's fee are drawn at once; of the rest a fee runs until month 3.
    assert_eq!(paid.draws[0][0], 150 * MILLION + 160_000);
    assert_eq!(paid.fees[0][0], 160_000);
    assert!(paid.fees[0][3] > 0 && paid.fees[0][4] == 0);
    // The 40 come when nothing can be drawn any more: what was left undrawn has lapsed.
    let undrawn = 160 * MILLION - paid.draws[0].iter().sum::<i128>();
    assert_eq!(paid.lapsed, undrawn);
    // A smaller one is drawn in full at once and nothing lapses.
    assert_eq!(cut(3).lapsed, 0);
}

#[test]
fn draws_that_wait_for_service_wait() {
    let mut project = Project::earning(30, 12);
    project.in_service = vec![0.0; 13];
    project.in_service[3..].fill(0.5);
    let waiting = Terms {
        closes: Some(2),
        draws_on: DrawsOn::InService,
        repays_from: 6,
        ..terms(12, Repayment::Level)
    };
    let paid = structure(vec![waiting], &project.cash()).run(&project.cash());
    assert_eq!(sum(&paid.draws), 0);
    assert_eq!(paid.equity[0], -150 * MILLION);
}

#[test]
fn a_locked_owner_is_paid_nothing_until_the_ratio_is_good_again() {
    let mut project = Project::earning(20, 24);
    let locked = Terms { lock_up: Some(1.5), ..terms(24, Repayment::Level) };
    let made = structure(vec![locked], &project.cash());
    project.operating[10..=12].fill(0);
    let paid = made.run(&project.cash());
    let at = |month: usize| paid.tests.iter().find(|t| t.month == month).unwrap().dscr;
    assert!(at(9) > 1.5 && at(12) > 1.5, "{:?}", paid.tests);
    let mut worse = Project::earning(20, 24);
    worse.operating[4..=12].fill(0);
    let paid = made.run(&worse.cash());
    assert!(paid.tests.iter().any(|t| t.dscr < 1.5));
    let locked_from = paid.first_below(1.5).unwrap();
    assert_eq!(paid.equity[locked_from], 0);
}

#[test]
fn a_reserve_pays_when_the_cash_flow_does_not() {
    let mut project = Project::earning(20, 24);
    let with = |reserve| {
        structure(vec![Terms { reserve, ..terms(24, Repayment::Level) }], &project.cash())
    };
    let (bare, kept) = (with(0), with(6));
    project.operating[12..=14].fill(0);
    assert_eq!(bare.run(&project.cash()).first_missed, Some(12));
    let paid = kept.run(&project.cash());
    assert_eq!(paid.first_missed, None);
    assert_eq!(paid.reserve[24], 0);
}

#[test]
fn half_of_what_was_drawn_falls_due_when_half_of_the_tranches_end() {
    let project = Project::earning(110, 24);
    let made = structure(vec![terms(24, Repayment::Level)], &project.cash());
    let called: Vec<f64> = (0..25).map(|t| if t < 2 { 0.0 } else { 0.5 }).collect();
    let paid = made.run(&Cash { called: &called, ..project.cash() });
    // Two months of the schedule are paid; then the balance falls to half of what was drawn at once.
    assert_eq!(paid.balance[1..=2], [100 * MILLION - 4_166_666, 50 * MILLION]);
    assert_eq!(paid.unpaid, 0);
}

#[test]
fn owners_who_answer_for_the_building_pay_until_it_is_done() {
    let mut project = Project::earning(20, 24);
    let answered = Terms { support: Support::UntilService, ..terms(24, Repayment::Level) };
    let made = structure(vec![answered], &project.cash());
    project.operating[1..7].fill(0);
    project.in_service[..7].fill(0.75);
    let paid = made.run(&project.cash());
    assert_eq!((paid.first_missed, paid.unpaid), (None, 0));
    assert_eq!(paid.equity[1], -(100 * MILLION / 24 + MILLION));
    // Once it is done they do not answer any more.
    project.in_service[4..7].fill(1.0);
    assert_eq!(made.run(&project.cash()).first_missed, Some(4));
}

#[test]
fn when_all_falls_due_every_coin_goes_to_the_lenders() {
    let project = Project::earning(20, 24);
    let made = structure(vec![terms(24, Repayment::Level)], &project.cash());
    let called: Vec<f64> = (0..25).map(|t| if t < 6 { 0.0 } else { 1.0 }).collect();
    let paid = made.run(&Cash { called: &called, ..project.cash() });
    let last = (0..25).rev().find(|t| paid.principal[0][*t] > 0).unwrap();
    assert!(last < 12, "{last}");
    assert_eq!(paid.unpaid, 0);
    assert!(paid.equity[6..last].iter().all(|flow| *flow == 0));
}

proptest! {
    #[test]
    fn no_coin_is_lost(
        operating in prop::collection::vec(-30_i128..60, 30),
        investing in prop::collection::vec(-60_i128..10, 30),
        closes in prop::option::of(0_usize..20),
        repays_from in 1_usize..10,
        reserve in 0_usize..7,
        due in 0_usize..40,
        part in 0.0..1.0_f64,
        kind in 0_usize..3,
    ) {
        let scale = |flows: &[i128]| flows.iter().map(|flow| flow * MILLION + 1).collect::<Vec<i128>>();
        let (promised, operating) = (vec![20 * MILLION; 30], scale(&operating));
        let investing = scale(&investing);
        let in_service: Vec<f64> = (0..30).map(|t| f64::from(t) / 29.0).collect();
        let repayment = [Repayment::Sculpted, Repayment::Level, Repayment::Bullet][kind];
        let one = Terms { closes, repays_from, reserve, min_dscr: Some(1.1), undrawn_fee: 0.01, ..terms(25, repayment) };
        let two = Terms { draws_on: DrawsOn::InService, closes: Some(22), ..one.clone() };
        let called: Vec<f64> = (0..30).map(|t| if t < due { 0.0 } else { part }).collect();
        let none = vec![0.0; 30];
        let all = |operating, called| Cash { operating, investing: &investing, in_service: &in_service, january: 0, called };
        let made = structure(vec![one, two], &all(&promised, &none));
        let paid = made.run(&all(&operating, &called));
        let lenders = sum(&paid.interest) + sum(&paid.fees) + sum(&paid.principal) - sum(&paid.draws);
        let project: i128 = operating.iter().chain(&investing).sum();
        let owners: i128 = paid.equity.iter().sum();
        let kept = project - lenders - owners;
        // What the accounts hold at the end is held only while something is still owed.
        prop_assert!(kept >= 0);
        prop_assert!(kept == 0 || paid.unpaid > 0);
        prop_assert!(paid.balance.iter().all(|balance| *balance >= 0));
        for (debt, term) in made.terms().iter().enumerate() {
            prop_assert!(paid.draws[debt].iter().sum::<i128>() <= term.amount);
        }
    }
}
