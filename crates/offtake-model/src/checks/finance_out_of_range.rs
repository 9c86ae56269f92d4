//! Terms of debts, purchases, projects and uses have the signs and sizes that such terms have.

use super::supply::number;
use super::{Book, Check, Problem, Severity};
use crate::{Debt, PowerUse, Project};
use offtake_units::{Money, Price, Share};

pub(super) const CHECK: Check = Check {
    name: "finance-out-of-range",
    severity: Severity::Error,
    about: "money, rates, shares and ratios of debts, purchases, halls, projects and uses that are negative, or over what they can be",
    why: "a negative cost earns, a rate of return over it has no root, and a ratio of nothing never binds",
    mend: "correct the sign, or the unit",
    run,
};

/// Rates a year over which another unit was meant.
const HIGHEST_RATE: f64 = 1.0;
/// Ratio of cash flow to debt service that no lender asks for.
const HIGHEST_DSCR: f64 = 20.0;

fn run(book: &Book) -> Vec<Problem> {
    let mut found = Found::default();
    for (id, debt) in &book.debts {
        found.debt(id, debt);
    }
    for (id, purchase) in &book.purchases {
        found.money(format!("purchase.{id}.price.total"), purchase.price_total);
    }
    for (id, lease) in &book.leases {
        found.money(format!("lease.{id}.total"), lease.total);
    }
    for (id, build) in &book.builds {
        found.price(format!("build.{id}.capex.hall"), build.capex_hall);
        found.money(format!("build.{id}.capex.rack"), build.capex_rack);
        found.span(format!("build.{id}.takes"), build.takes.days());
    }
    for (id, project) in &book.projects {
        found.project(id, project);
    }
    for (id, power_use) in &book.uses {
        found.power_use(id, power_use);
    }
    for (id, opportunity) in &book.opportunities {
        found.share(format!("opportunity.{id}.chance"), opportunity.chance);
        found.share(format!("opportunity.{id}.least"), opportunity.least);
    }
    found.problems
}

#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
}

impl Found {
    fn put(&mut self, path: String, told: String, mend: &str) {
        self.problems.push(Problem::new(path, told, mend.to_owned()));
    }

    fn money(&mut self, path: String, money: Option<Money>) {
        if let Some(money) = money.filter(|money| money.micros() < 0) {
            self.put(path, format!("{money} is less than nothing"), "take the sign away: what it is for says who pays");
        }
    }

    fn price(&mut self, path: String, price: Option<Price>) {
        if let Some(price) = price.filter(|price| price.money().micros() < 0) {
            self.put(path, format!("{price} is less than nothing"), "take the sign away: what it is for says who pays");
        }
    }

    fn span(&mut self, path: String, days: f64) {
        if days < 0.0 {
            self.put(path, "a length of time below zero".to_owned(), "take the sign away");
        }
    }

    fn share(&mut self, path: String, share: Share) {
        if !(0.0..=1.0).contains(&share.part()) {
            self.put(path, format!("{share}, outside 0 % to 100 %"), "write a part of the whole");
        }
    }

    fn rate(&mut self, path: String, rate: f64) {
        if !(0.0..=HIGHEST_RATE).contains(&rate) {
            let told = format!("{} % a year, outside 0 % to 100 %", number(rate * 100.0));
            self.put(path, told, "write a yearly rate, as in `6 %/year`");
        }
    }

    fn dscr(&mut self, path: String, dscr: Option<f64>) {
        if let Some(dscr) = dscr.filter(|dscr| !(*dscr > 0.0 && *dscr <= HIGHEST_DSCR)) {
            let told = format!("{} is no ratio of cash flow to debt service", number(dscr));
            self.put(path, told, "write a number such as `1.05`, or leave it out");
        }
    }

    fn debt(&mut self, id: &str, debt: &Debt) {
        let path = |key: &str| format!("debt.{id}.{key}");
        self.money(path("amount"), Some(debt.amount));
        self.rate(path("rate"), debt.rate.value());
        self.rate(path("undrawn_fee"), debt.undrawn_fee.value());
        self.dscr(path("min_dscr"), debt.min_dscr);
        self.dscr(path("lock_up"), debt.lock_up);
        self.span(path("reserve"), debt.reserve.days());
        if let Some((lock_up, least)) = debt.lock_up.zip(debt.min_dscr).filter(|(l, m)| l < m) {
            let told = format!("owners are paid at {} while lenders ask for {}", number(lock_up), number(least));
            self.put(path("lock_up"), told, "set it to `min_dscr` or above");
        }
        if let Some(opens) = debt.opens.filter(|opens| *opens >= debt.matures) {
            let told = format!("opens {opens}, but matures {}", debt.matures);
            self.put(path("opens"), told, "open it before it matures");
        }
        if let Some((opens, until)) = debt.opens.zip(debt.draw_until).filter(|(o, u)| o > u) {
            let told = format!("opens {opens}, after its last day of drawing, {until}");
            self.put(path("opens"), told, "open it before `draw_until`");
        }
        if let Some(from) = debt.repays_from.filter(|from| *from > debt.matures) {
            let told = format!("is repaid from {from}, but matures {}", debt.matures);
            self.put(path("repays_from"), told, "start before it matures");
        }
    }

    fn project(&mut self, id: &str, project: &Project) {
        let path = |key: &str| format!("project.{id}.{key}");
        self.price(path("shell.cost"), project.shell_cost);
        self.span(path("shell.paid_over"), project.shell_paid_over.days());
        self.span(path("tax.depreciation"), project.tax_depreciation.days());
        self.price(path("operation.per_megawatt"), project.operation_per_megawatt);
        self.rate(path("operation.per_hardware"), project.operation_per_hardware.value());
        self.rate(path("discount.project"), project.discount.value());
        self.rate(path("discount.equity"), project.discount_equity.value());
        self.share(path("shell.residual"), project.shell_residual);
        self.share(path("accelerators.residual"), project.accelerators_residual);
        self.share(path("operation.per_revenue"), project.operation_per_revenue);
        self.share(path("tax.rate"), project.tax);
    }

    fn power_use(&mut self, id: &str, power_use: &PowerUse) {
        let path = |key: &str| format!("use.{id}.{key}");
        self.price(path("earns"), Some(power_use.earns));
        self.price(path("power_price"), power_use.power_price);
        self.price(path("shell"), Some(power_use.shell));
        self.price(path("hardware"), power_use.hardware);
        self.span(path("lasts"), power_use.lasts.days());
        self.span(path("takes"), power_use.takes.days());
        self.span(path("term"), power_use.term.days());
        self.share(path("operation"), power_use.operation);
        self.share(path("shell_residual"), power_use.shell_residual);
        self.share(path("hardware_residual"), power_use.hardware_residual);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn terms_that_no_lender_signs_are_found_all_at_once() {
        let mut book = test_book();
        let debt = debt(&mut book);
        debt.amount = of("-100 MUSD");
        debt.rate = of("600 %/year");
        debt.min_dscr = Some(0.0);
        debt.opens = Some(date(2032, 1, 1));
        assert_eq!(found(&CHECK, &book), "\
error: debt.ddtl.amount: -100 MUSD is less than nothing
  fix: take the sign away: what it is for says who pays
error: debt.ddtl.rate: 600 % a year, outside 0 % to 100 %
  fix: write a yearly rate, as in `6 %/year`
error: debt.ddtl.min_dscr: 0 is no ratio of cash flow to debt service
  fix: write a number such as `1.05`, or leave it out
error: debt.ddtl.opens: opens 2032-01-01, but matures 2031-12-31
  fix: open it before it matures
error: debt.ddtl.opens: opens 2032-01-01, after its last day of drawing, 2027-05-29
  fix: open it before `draw_until`");
    }

    #[test]
    fn a_lock_up_below_what_lenders_ask_for_is_found() {
        let mut book = test_book();
        debt(&mut book).lock_up = Some(1.0);
        assert_eq!(found(&CHECK, &book), "\
error: debt.ddtl.lock_up: owners are paid at 1 while lenders ask for 1.05
  fix: set it to `min_dscr` or above");
    }

    #[test]
    fn terms_as_lenders_sign_them_are_good() {
        let mut book = test_book();
        debt(&mut book).lock_up = Some(1.15);
        assert_eq!(found(&CHECK, &book), "");
    }
}
