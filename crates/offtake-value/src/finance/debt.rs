//! Debts on a project: draws, interest, sculpted repayment, reserve, lock-up, and what is left over.
//!
//! The repayment schedule is fixed once, on the cash flow that the book promises ([`structure`]); then
//! each sample pays what it must ([`Structure::run`]), and what it cannot pay shows as a ratio below one
//! and as a balance left over, never as a schedule that moved.
//!
//! ```text
//! service of debt i in month t   = a_i · CFADS_t      (sculpted; a_i such that the balance ends at zero)
//! DSCR at a quarter's end        = Σ CFADS / Σ service due, over the last twelve months of repayment
//! owners                         = CFADS + investment + draws − service − what goes into the accounts
//! ```
//!
//! **Invariant:** money is whole millionths and none is lost: the owners' flows sum to the project's
//! flows plus draws less everything paid to lenders.

use crate::exact::{WHOLE, billionths, ratio};
use offtake_model::{DrawsOn, Repayment, Support};

/// Months of a year that a ratio looks back over.
const WINDOW: usize = 12;
/// Months between two looks, and the fewest that one looks back over.
const QUARTER: usize = 3;
/// Rates are carried as whole trillionths.
const TRILLION: i128 = 1_000_000_000_000;

/// Terms of one debt, with days as months of the project.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// How much may be drawn.
    pub amount: i128,
    /// Interest a year.
    pub rate: f64,
    /// First month of drawing.
    pub opens: usize,
    /// Last month of drawing; `None` when all is drawn in the first.
    pub closes: Option<usize>,
    /// What must have happened before a part is drawn.
    pub draws_on: DrawsOn,
    /// Fee a year on what can be drawn and is not.
    pub undrawn_fee: f64,
    /// First month of repayment.
    pub repays_from: usize,
    /// Month of the last repayment.
    pub matures: usize,
    /// How it is repaid.
    pub repayment: Repayment,
    /// Least promised cash flow over service; a debt too large for it is cut.
    pub min_dscr: Option<f64>,
    /// Ratio below which the owners are paid nothing.
    pub lock_up: Option<f64>,
    /// Whether owners pay service that the cash flow does not cover.
    pub support: Support,
    /// Months of service held in reserve.
    pub reserve: usize,
}

/// What a project does before debt, by month.
#[derive(Clone, Copy, Debug)]
pub struct Cash<'a> {
    /// Cash flow available for debt service: fees less credits, power and operation.
    pub operating: &'a [i128],
    /// What is bought, what is paid ahead, what is worth something at the end.
    pub investing: &'a [i128],
    /// Share of the GPUs that have come into service by the end of each month.
    pub in_service: &'a [f64],
    /// Calendar month (0 for January) of the first month.
    pub january: usize,
    /// Share of what was drawn that has fallen due by each month beside the schedule, because tranches were
    /// given up or the long-stop date passed; never falls.
    pub called: &'a [f64],
}

/// Debts with the schedule that was fixed on the promised cash flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    terms: Vec<Terms>,
    /// Principal due by month for each debt, on what was drawn in the promised case.
    schedule: Vec<Vec<i128>>,
    /// What each debt had drawn in the promised case.
    drawn: Vec<i128>,
}

/// One look at the ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// Month at whose end it is.
    pub month: usize,
    /// Cash flow over service due.
    pub dscr: f64,
}

/// What the lenders and owners got.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paid {
    /// Drawn by debt and month.
    pub draws: Vec<Vec<i128>>,
    /// Interest paid by debt and month.
    pub interest: Vec<Vec<i128>>,
    /// Fees paid by debt and month.
    pub fees: Vec<Vec<i128>>,
    /// Principal paid by debt and month.
    pub principal: Vec<Vec<i128>>,
    /// Balance of all debts at each month's end.
    pub balance: Vec<i128>,
    /// Held in the reserve account at each month's end.
    pub reserve: Vec<i128>,
    /// What the owners receive (positive) and put in (negative).
    pub equity: Vec<i128>,
    /// The ratio at each quarter's end.
    pub tests: Vec<Test>,
    /// Principal and interest that were due and are not paid at the end.
    pub unpaid: i128,
    /// First month in which less was paid than due.
    pub first_missed: Option<usize>,
    /// Of what could not be drawn any more, how much was needed and came from the owners.
    pub lapsed: i128,
}

impl Paid {
    /// Returns the least of the ratios, if there is any.
    #[must_use]
    pub fn dscr_min(&self) -> Option<f64> {
        self.tests.iter().map(|test| test.dscr).reduce(f64::min)
    }

    /// Returns the first month at whose end the ratio was below `floor`.
    #[must_use]
    pub fn first_below(&self, floor: f64) -> Option<usize> {
        self.tests.iter().find(|test| test.dscr < floor).map(|test| test.month)
    }
}

/// Fixes amounts and schedules on the promised cash flow.
///
/// A debt is drawn as it is needed and at most to its amount. Where the promised cash flow does not
/// cover the sculpted service as often as the largest `min_dscr` asks, all amounts are cut in the same
/// proportion.
#[must_use]
pub fn structure(mut terms: Vec<Terms>, promised: &Cash<'_>) -> Structure {
    let floor = terms.iter().filter_map(|t| t.min_dscr).fold(0.0, f64::max);
    for _ in 0..8 {
        let made = schedule(&terms, promised);
        let factors: f64 = made.1;
        // The cover of a sculpted service is one over the sum of its shares of the cash flow.
        if floor <= 0.0 || factors * floor <= 1.0 + 1e-9 {
            return made.0;
        }
        let cut = (1e9 / (factors * floor)) as i128;
        for (term, drawn) in terms.iter_mut().zip(&made.0.drawn) {
            term.amount = (*drawn * cut / 1_000_000_000).max(0);
        }
    }
    schedule(&terms, promised).0
}

/// Returns the structure of `terms` as they are, with the sum of the shares of the cash flow that its
/// sculpted debts take.
fn schedule(terms: &[Terms], promised: &Cash<'_>) -> (Structure, f64) {
    let none = vec![vec![0; promised.operating.len()]; terms.len()];
    let bare = Structure { terms: terms.to_vec(), schedule: none, drawn: vec![0; terms.len()] };
    let drawn: Vec<i128> =
        bare.run(promised).draws.iter().map(|draws| draws.iter().sum()).collect();
    let mut shares = 0.0;
    let rows = terms.iter().zip(&drawn).map(|(term, drawn)| {
        let (row, share) = row(term, *drawn, promised.operating);
        shares += share;
        row
    });
    let schedule = rows.collect();
    (Structure { terms: terms.to_vec(), schedule, drawn }, shares)
}

/// Returns the principal by month that repays `drawn`, and the share of the cash flow that it takes.
fn row(term: &Terms, drawn: i128, operating: &[i128]) -> (Vec<i128>, f64) {
    let mut row = vec![0; operating.len()];
    let last = term.matures.min(operating.len().saturating_sub(1));
    let first = term.repays_from.min(last);
    match term.repayment {
        Repayment::Bullet => row[last] = drawn,
        Repayment::Level => level(&mut row[first..=last], drawn),
        Repayment::Sculpted => {
            let share = sculpt(term, drawn, &operating[first..=last], &mut row[first..=last]);
            return (row, share);
        }
    }
    (row, 0.0)
}

fn level(row: &mut [i128], drawn: i128) {
    let count = row.len() as i128;
    for (month, due) in row.iter_mut().enumerate() {
        let month = month as i128;
        *due = drawn * (month + 1) / count - drawn * month / count;
    }
}

/// Writes the principal that makes service the same share of the cash flow in every month, and returns
/// that share. Interest is always paid: where the share would not cover it, no principal is due.
///
/// Without any positive cash flow there is nothing to sculpt along: equal parts, and a share of one.
fn sculpt(term: &Terms, drawn: i128, operating: &[i128], row: &mut [i128]) -> f64 {
    let total: f64 = operating.iter().filter(|flow| **flow > 0).map(|flow| *flow as f64).sum();
    if total <= 0.0 || drawn <= 0 {
        level(row, drawn);
        return if drawn > 0 { 1.0 } else { 0.0 };
    }
    let (mut low, mut high) = (0.0, 1.0);
    while left(term, drawn, operating, high, None) > 0 && high < 1e9 {
        high *= 2.0;
    }
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if left(term, drawn, operating, middle, None) > 0 { low = middle } else { high = middle }
    }
    left(term, drawn, operating, high, Some(row));
    high
}

/// Returns the balance that a share of the cash flow leaves at the end, writing the principal if asked.
fn left(
    term: &Terms,
    drawn: i128,
    operating: &[i128],
    share: f64,
    mut row: Option<&mut [i128]>,
) -> i128 {
    let mut balance = drawn;
    for (month, flow) in operating.iter().enumerate() {
        let service = ((*flow).max(0) as f64 * share) as i128;
        let is_last = month + 1 == operating.len();
        let mut due = (service - interest(balance, term.rate)).clamp(0, balance);
        if is_last && row.is_some() {
            due = balance;
        }
        if let Some(row) = row.as_deref_mut() {
            row[month] = due;
        }
        balance -= due;
    }
    balance
}

/// Returns a month's interest on `balance`: a twelfth of the year's, rounded to a millionth.
fn interest(balance: i128, rate: f64) -> i128 {
    let trillionths = libm::round(rate * 1e12) as i128;
    let year = 12 * TRILLION;
    (balance * trillionths + year / 2).div_euclid(year)
}

/// One debt while it runs.
#[derive(Clone, Copy, Debug, Default)]
struct Loan {
    drawn: i128,
    balance: i128,
    /// Principal that the schedule has asked for so far.
    scheduled: i128,
    /// Due and not paid, within the balance.
    arrears: i128,
}

/// What is due in a month.
#[derive(Clone, Copy, Debug, Default)]
struct Due {
    fee: i128,
    interest: i128,
    principal: i128,
}

impl Due {
    const fn all(self) -> i128 {
        self.fee + self.interest + self.principal
    }
}

struct Walk<'a> {
    structure: &'a Structure,
    cash: &'a Cash<'a>,
    loans: Vec<Loan>,
    /// Service due by month, arrears left out, and what there was for it.
    due: Vec<i128>,
    account: i128,
    reserve: i128,
    is_locked: bool,
    repays_from: usize,
    paid: Paid,
}

impl Structure {
    /// Returns the terms, with amounts as they were cut.
    #[must_use]
    pub fn terms(&self) -> &[Terms] {
        &self.terms
    }

    /// Returns the principal due by debt and month in the promised case.
    #[must_use]
    pub fn schedule(&self) -> &[Vec<i128>] {
        &self.schedule
    }

    /// Returns what is drawn of each debt in the promised case.
    #[must_use]
    pub fn drawn(&self) -> &[i128] {
        &self.drawn
    }

    /// Pays the debts from `cash`.
    #[must_use]
    pub fn run(&self, cash: &Cash<'_>) -> Paid {
        let months = cash.operating.len();
        let rows = || vec![vec![0; months]; self.terms.len()];
        let paid = Paid {
            draws: rows(),
            interest: rows(),
            fees: rows(),
            principal: rows(),
            balance: vec![0; months],
            reserve: vec![0; months],
            equity: vec![0; months],
            ..Paid::default()
        };
        let mut walk = Walk {
            structure: self,
            cash,
            loans: vec![Loan::default(); self.terms.len()],
            due: vec![0; months],
            account: 0,
            reserve: 0,
            is_locked: true,
            repays_from: self.terms.iter().map(|t| t.repays_from).min().unwrap_or(0),
            paid,
        };
        for month in 0..months {
            walk.month(month);
        }
        walk.paid.unpaid = walk.loans.iter().map(|loan| loan.balance).sum();
        walk.paid
    }
}

impl Walk<'_> {
    fn month(&mut self, month: usize) {
        let dues: Vec<Due> = (0..self.loans.len()).map(|debt| self.due_of(debt, month)).collect();
        self.draw_at_once(month);
        let mut pool = self.account + self.cash.operating[month] + self.cash.investing[month];
        // While halls are built, draws and owners pay interest too; afterwards only the cash flow does, and owners who
        // answer for the building.
        let carry: i128 = match month < self.repays_from {
            true => dues.iter().map(|due| due.fee + due.interest).sum(),
            false => 0,
        };
        let drawn = self.draw(month, (carry - pool).max(0));
        pool += drawn;
        let put_in = (carry.max(self.supported(month, &dues)) - pool).max(0);
        pool += put_in;
        self.note_lapse(month, put_in);
        let left = self.serve(month, pool, &dues);
        let out = self.share_out(month, left);
        self.paid.equity[month] = out - put_in;
        self.paid.reserve[month] = self.reserve;
        self.paid.balance[month] = self.loans.iter().map(|loan| loan.balance).sum();
    }

    /// Returns the service that owners answer for in a month.
    fn supported(&self, month: usize, dues: &[Due]) -> i128 {
        let is_built = self.cash.in_service[month] >= 1.0 - 1e-9;
        let terms = self.structure.terms.iter();
        let answered = terms.zip(dues).filter(|(t, _)| t.support == Support::UntilService);
        if is_built { 0 } else { answered.map(|(_, due)| due.all()).sum() }
    }

    fn due_of(&self, debt: usize, month: usize) -> Due {
        let (term, loan) = (&self.structure.terms[debt], &self.loans[debt]);
        let is_open = month >= term.opens && term.closes.is_some_and(|closes| month <= closes);
        let undrawn = if is_open { term.amount - loan.drawn } else { 0 };
        Due {
            fee: interest(undrawn.max(0), term.undrawn_fee),
            interest: interest(loan.balance, term.rate),
            principal: self.principal_of(debt, month),
        }
    }

    /// Returns the principal due: the schedule's in proportion to what was drawn, with what is behind.
    fn principal_of(&self, debt: usize, month: usize) -> i128 {
        let loan = &self.loans[debt];
        let fresh = self.scheduled(debt, month) - loan.scheduled;
        let called = loan.balance - self.not_called(month, loan.drawn);
        (fresh + loan.arrears).max(called).clamp(0, loan.balance)
    }

    /// Returns the part of `amount` that has not fallen due early.
    fn not_called(&self, month: usize, amount: i128) -> i128 {
        let share = (1.0 - self.cash.called[month]).clamp(0.0, 1.0);
        ratio(amount, billionths(share), WHOLE)
    }

    /// Returns what the schedule has asked for by the end of `month`, of what is drawn now.
    fn scheduled(&self, debt: usize, month: usize) -> i128 {
        let promised = self.structure.drawn[debt];
        let asked: i128 = self.structure.schedule[debt][..=month].iter().sum();
        if promised <= 0 { 0 } else { asked * self.loans[debt].drawn / promised }
    }

    fn draw_at_once(&mut self, month: usize) {
        for debt in 0..self.loans.len() {
            let term = &self.structure.terms[debt];
            if term.closes.is_none() && term.opens == month {
                let amount = term.amount;
                self.take(debt, month, amount);
                self.account += amount;
            }
        }
    }

    fn take(&mut self, debt: usize, month: usize, amount: i128) {
        let loan = &mut self.loans[debt];
        loan.drawn += amount;
        loan.balance += amount;
        self.paid.draws[debt][month] += amount;
    }

    /// Draws up to `needed` from the debts that are open, in their order.
    fn draw(&mut self, month: usize, needed: i128) -> i128 {
        let mut drawn = 0;
        for debt in 0..self.loans.len() {
            let term = &self.structure.terms[debt];
            let is_open = month >= term.opens && term.closes.is_some_and(|closes| month <= closes);
            if !is_open {
                continue;
            }
            let share = match term.draws_on {
                DrawsOn::Payment => 1.0,
                DrawsOn::InService => self.cash.in_service[month].clamp(0.0, 1.0),
            };
            let ceiling = ratio(term.amount, billionths(share), WHOLE);
            let ceiling = ceiling.min(self.not_called(month, term.amount));
            let room = (ceiling - self.loans[debt].drawn).max(0);
            let amount = room.min(needed - drawn);
            self.take(debt, month, amount);
            drawn += amount;
        }
        drawn
    }

    /// Notes what the owners put in after the last day of drawing, up to what was left undrawn.
    fn note_lapse(&mut self, month: usize, put_in: i128) {
        let closed = |term: &Terms| term.closes.is_some_and(|closes| month > closes);
        let undrawn: i128 = self
            .structure
            .terms
            .iter()
            .zip(&self.loans)
            .filter(|(term, _)| closed(term))
            .map(|(term, loan)| term.amount - loan.drawn)
            .sum();
        self.paid.lapsed += put_in.min((undrawn - self.paid.lapsed).max(0));
    }

    /// Pays what is due from `pool` and then the reserve, and returns what is left of the pool.
    fn serve(&mut self, month: usize, pool: i128, dues: &[Due]) -> i128 {
        let total: i128 = dues.iter().map(|due| due.all()).sum();
        self.due[month] = self.fresh_service(month, dues);
        let from_pool = pool.clamp(0, total);
        let from_reserve = self.reserve.min(total - from_pool);
        self.reserve -= from_reserve;
        let there = from_pool + from_reserve;
        if there < total {
            self.paid.first_missed.get_or_insert(month);
        }
        let mut given = 0;
        for (debt, due) in dues.iter().enumerate() {
            // In proportion to what is due, the last one taking what rounding leaves.
            let is_last = debt + 1 == dues.len();
            let mine = match total {
                0 => 0,
                _ if is_last => there - given,
                _ => there * due.all() / total,
            };
            given += mine;
            self.settle(debt, month, mine, *due);
        }
        pool - from_pool
    }

    /// Returns the service that the schedule asks for in a month, without what is behind.
    fn fresh_service(&self, month: usize, dues: &[Due]) -> i128 {
        let fresh = |(debt, due): (usize, &Due)| {
            let principal = self.scheduled(debt, month) - self.loans[debt].scheduled;
            due.interest + principal.clamp(0, self.loans[debt].balance)
        };
        dues.iter().enumerate().map(fresh).sum()
    }

    /// Books what one debt was paid: fees first, then interest, then principal. Interest that is not
    /// paid is owed on top.
    fn settle(&mut self, debt: usize, month: usize, money: i128, due: Due) {
        let fee = money.min(due.fee);
        let interest = (money - fee).min(due.interest);
        let principal = money - fee - interest;
        self.paid.fees[debt][month] = fee;
        self.paid.interest[debt][month] = interest;
        self.paid.principal[debt][month] = principal;
        let scheduled = self.scheduled(debt, month);
        let loan = &mut self.loans[debt];
        let missed = due.fee - fee + due.interest - interest;
        loan.balance += missed - principal;
        loan.arrears = (due.principal - principal).max(0) + missed;
        loan.scheduled = scheduled;
    }

    /// Fills the reserve, and returns what the owners are paid.
    fn share_out(&mut self, month: usize, left: i128) -> i128 {
        if month >= self.repays_from {
            self.test(month);
        }
        let is_repaid = self.loans.iter().all(|loan| loan.balance == 0);
        let is_open =
            self.structure.terms.iter().any(|t| month < t.opens.max(t.closes.unwrap_or(0)));
        if self.loans.is_empty() || (is_repaid && month >= self.repays_from && !is_open) {
            let all = left + self.reserve;
            (self.reserve, self.account) = (0, 0);
            return all;
        }
        let mut left = left;
        if month >= self.repays_from {
            let target = self.target(month);
            let moved = (target - self.reserve).min(left);
            self.reserve += moved;
            left -= moved;
        }
        let is_behind = self.loans.iter().any(|loan| loan.arrears > 0);
        if self.is_locked || is_behind {
            self.account = left;
            return 0;
        }
        self.account = 0;
        left
    }

    /// Returns what the reserve must hold: the service of the next months, interest as it is now.
    fn target(&self, month: usize) -> i128 {
        let of = |(debt, term): (usize, &Terms)| {
            let to = (month + term.reserve).min(self.cash.operating.len() - 1);
            let principal = self.scheduled(debt, to) - self.loans[debt].scheduled;
            let ahead = (to - month) as i128;
            let balance = self.loans[debt].balance;
            principal.clamp(0, balance) + ahead * interest(balance, term.rate)
        };
        self.structure.terms.iter().enumerate().map(of).sum()
    }

    /// Takes the ratio at a quarter's end and says whether owners are locked out until the next.
    fn test(&mut self, month: usize) {
        let last = self.structure.terms.iter().map(|t| t.matures).max().unwrap_or(0);
        let is_whole = month >= self.repays_from + QUARTER - 1;
        if !is_whole || (self.cash.january + month) % QUARTER != QUARTER - 1 || month > last {
            return;
        }
        let from = self.repays_from.max((month + 1).saturating_sub(WINDOW));
        let due: i128 = self.due[from..=month].iter().sum();
        if due <= 0 {
            return;
        }
        let flow: i128 = self.cash.operating[from..=month].iter().sum();
        let dscr = flow as f64 / due as f64;
        self.paid.tests.push(Test { month, dscr });
        let floor = self.structure.terms.iter().filter_map(|t| t.lock_up.or(t.min_dscr));
        self.is_locked = dscr < floor.fold(0.0, f64::max);
    }
}

#[cfg(test)]
mod tests;
