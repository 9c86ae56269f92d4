//! What a seller's choices must keep together, as rows over what is decided.
//!
//! ```text
//! promise[pools,month] Σ_w kgpu_w accepted_w  ≤  held + Σ_b kgpu_b x_b             nobody promises what it does not build
//! power[stock]         Σ_b MW_b x_b  ≤  MW                                      what the next megawatt is worth
//! request[r]           Σ_w accepted_w  ≤  blocks                                one way, or parts of several
//! least[w]             declined part ≤ (blocks − least)(1 − declined all)
//! loan-to-cost[b]      d_b  ≤  δ · outlay_b x_b
//! debt                 Σ_b d_b  ≤  most
//! capital[year]        Σ_b (outlay_b,year x_b − drawn_b,year d_b)  ≤  most
//! dscr[year]           floor (service + Σ_b service_b,year d_b) − Σ_w cash_w,year accepted_w  ≤  cash
//! level                what futures ask less of is taken
//! ```
//!
//! `accepted_w = blocks (1 − declined all) − declined part`; cash of a way is its fees less power and operation, in
//! expectation and for what its build is expected to serve. A year in which nothing new is serviced has no row: what is
//! sold and owed already is as it is.

use super::tell::{cash_of_year, years_of};
use super::write::{Columns, outlay};
use super::{Loan, Seller};
use crate::program::{Payment, RowLimit};

/// Returns the rows.
pub(super) fn limits(seller: &Seller, columns: &Columns) -> Vec<RowLimit> {
    let mut rows = power(seller, columns);
    rows.extend(promises(seller, columns));
    rows.extend(requests(seller, columns));
    rows.extend(loans(seller, columns));
    rows.extend(capital(seller, columns));
    rows.extend(covers(seller, columns));
    rows.extend(columns.level.map(|level| RowLimit {
        name: "level".to_owned(),
        terms: vec![(level, -1.0)],
        most: -1.0,
    }));
    rows
}

fn power(seller: &Seller, columns: &Columns) -> Vec<RowLimit> {
    let of = |(at, stock): (usize, &super::Stock)| RowLimit {
        name: format!("power[{}]", stock.name),
        terms: seller
            .builds
            .iter()
            .zip(&columns.builds)
            .filter(|(build, _)| build.stock == at)
            .map(|(build, offer)| (*offer, build.block_mw))
            .collect(),
        most: stock.megawatts,
    };
    let rows = seller.stocks.iter().enumerate().map(of);
    rows.filter(|row| !row.terms.is_empty()).collect()
}

/// Returns the rows by which what is accepted is built, or held: in each month, for the ways that the same pools may serve,
/// both as promised. Months that say the same have one row.
fn promises(seller: &Seller, columns: &Columns) -> Vec<RowLimit> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for way in &seller.ways {
        let pools: Vec<usize> = way.uses.iter().map(|of| of.pool).collect();
        if !groups.contains(&pools) {
            groups.push(pools);
        }
    }
    let mut rows: Vec<RowLimit> = Vec::new();
    for pools in groups {
        let mut last = None;
        for month in 0..seller.base.months.len() {
            let row = promise(seller, columns, (&pools, month));
            let is_new = last.as_ref() != Some(&(row.terms.clone(), row.most.to_bits()));
            if is_new && row.terms.iter().any(|(_, factor)| *factor < 0.0) {
                rows.push(row.clone());
            }
            last = Some((row.terms, row.most.to_bits()));
        }
    }
    rows
}

fn promise(seller: &Seller, columns: &Columns, (pools, month): (&[usize], usize)) -> RowLimit {
    let (mut terms, mut most) = (Vec::new(), held(seller, pools, month));
    for (build, offer) in seller.builds.iter().zip(&columns.builds) {
        let there = build.block_kgpu * build.promised[month];
        if pools.contains(&build.pool) && there > 0.0 {
            terms.push((*offer, -there));
        }
    }
    for (way, of) in seller.ways.iter().zip(&columns.ways) {
        let asked = way.block_kgpu * way.promised[month];
        if asked > 0.0 && way.uses.iter().map(|of| of.pool).eq(pools.iter().copied()) {
            let blocks = seller.requests[way.request].blocks;
            let (accepted, all) = accepted(blocks, std::iter::once(*of));
            most -= asked * all;
            terms.extend(accepted.into_iter().map(|(offer, factor)| (offer, asked * factor)));
        }
    }
    let names: Vec<&str> =
        pools.iter().map(|pool| seller.base.pools[*pool].name.as_str()).collect();
    // A millionth of a GPU is rounding.
    let name = format!("promise[{},{}]", names.join("+"), seller.base.months[month].name);
    RowLimit { name, terms, most: most + 1e-9 }
}

/// Returns the kGPU of some pools that are expected to be held in a month.
fn held(seller: &Seller, pools: &[usize], month: usize) -> f64 {
    let base = &seller.base;
    let of = base.held.iter().enumerate().filter(|(_, held)| pools.contains(&held.pool));
    let expected = |at: usize| -> f64 {
        let futures = base.scenarios.iter().enumerate();
        futures.map(|(s, one)| one.probability * base.held_kgpu.at(s, month, at)).sum()
    };
    of.map(|(at, _)| expected(at)).sum()
}

fn requests(seller: &Seller, columns: &Columns) -> Vec<RowLimit> {
    let mut rows = Vec::new();
    for (at, request) in seller.requests.iter().enumerate() {
        let ways: Vec<usize> =
            (0..seller.ways.len()).filter(|way| seller.ways[*way].request == at).collect();
        if ways.len() > 1 {
            rows.push(at_most(seller, columns, (&ways, request.blocks)));
        }
        for way in ways {
            let of = columns.ways[way];
            if let Some(part) = of.part {
                let most = request.blocks - request.least;
                let name = format!("least[{}]", seller.ways[way].name);
                rows.push(RowLimit { name, terms: vec![(part, 1.0), (of.all, most)], most });
            }
        }
    }
    rows
}

/// Returns the row by which at most so many blocks are accepted of some ways of one request.
fn at_most(seller: &Seller, columns: &Columns, (ways, most): (&[usize], f64)) -> RowLimit {
    let request = &seller.requests[seller.ways[ways[0]].request];
    let (terms, accepted) = accepted(request.blocks, ways.iter().map(|way| columns.ways[*way]));
    RowLimit { name: format!("request[{}]", request.name), terms, most: most - accepted }
}

/// Returns the blocks accepted of some ways of a request of so many, as terms and a constant.
pub(super) fn accepted(
    blocks: f64,
    ways: impl Iterator<Item = super::WayColumns>,
) -> (Vec<(usize, f64)>, f64) {
    let (mut terms, mut constant) = (Vec::new(), 0.0);
    for of in ways {
        constant += blocks;
        terms.push((of.all, -blocks));
        terms.extend(of.part.map(|part| (part, -1.0)));
    }
    (terms, constant)
}

fn loans(seller: &Seller, columns: &Columns) -> Vec<RowLimit> {
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for ((build, offer), loan) in seller.builds.iter().zip(&columns.builds).zip(&columns.loans) {
        let Some(loan) = *loan else { continue };
        let most = seller.money.loan_to_cost * outlay(build);
        rows.push(RowLimit {
            name: format!("loan-to-cost[{}]", build.name),
            terms: vec![(loan, 1.0), (*offer, -most)],
            most: 0.0,
        });
        all.push((loan, 1.0));
    }
    let debt = seller.money.debt.filter(|_| !all.is_empty());
    rows.extend(debt.map(|most| RowLimit { name: "debt".to_owned(), terms: all, most }));
    rows
}

fn capital(seller: &Seller, columns: &Columns) -> Vec<RowLimit> {
    let of = |(year, most): &(i32, f64)| {
        let sum = |payments: &[Payment]| of_year(seller, payments, *year);
        let mut terms = Vec::new();
        for (at, build) in seller.builds.iter().enumerate() {
            terms.push((columns.builds[at], sum(&build.outlay)));
            let loan = columns.loans[at].zip(build.loan.as_ref());
            terms.extend(loan.map(|(offer, loan)| (offer, -sum(&loan.draws))));
        }
        terms.retain(|(_, factor)| *factor != 0.0);
        RowLimit { name: format!("capital[{year}]"), terms, most: *most }
    };
    seller.money.capital.iter().map(of).collect()
}

fn covers(seller: &Seller, columns: &Columns) -> Vec<RowLimit> {
    let floor = seller.money.floor;
    let mut rows = Vec::new();
    for year in years_of(seller) {
        let service = |loan: &Loan| of_year(seller, &loan.service, year);
        let loans = columns.loans.iter().zip(&seller.builds);
        let mut terms: Vec<(usize, f64)> = loans
            .filter_map(|(offer, build)| Some(((*offer)?, floor * service(build.loan.as_ref()?))))
            .filter(|(_, factor)| *factor > 0.0)
            .collect();
        if terms.is_empty() {
            continue;
        }
        let standing = seller.money.standing.iter().find(|standing| standing.year == year);
        let standing = standing.copied().unwrap_or_default();
        let mut most = standing.cash - floor * standing.service;
        for (way, of) in seller.ways.iter().zip(&columns.ways) {
            let cash = cash_of_year(seller, way, year);
            let blocks = seller.requests[way.request].blocks;
            let (accepted, all) = accepted(blocks, std::iter::once(*of));
            most += cash * all;
            terms.extend(accepted.into_iter().map(|(offer, factor)| (offer, -cash * factor)));
        }
        terms.retain(|(_, factor)| *factor != 0.0);
        rows.push(RowLimit { name: format!("dscr[{year}]"), terms, most });
    }
    rows
}

/// Returns the payments of a year, in millions, not discounted.
pub(super) fn of_year(seller: &Seller, payments: &[Payment], year: i32) -> f64 {
    let is_in = |pay: &&Payment| seller.base.months[pay.month].year == year;
    payments.iter().filter(is_in).map(|pay| pay.amount).sum()
}
