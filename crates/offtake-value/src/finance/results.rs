//! What a seller asks, over all samples: how rates of return, present values and ratios are spread, who the
//! revenue hangs on, what else the megawatts could earn, how late is too late, and what can still be promised.

use super::kept::{KeptProject, Step};
use super::{
    Agility, Case, Delays, Held, Irr, Moved, NoIrr, Returns, UseOfPower, a_year, claims, compare,
    gross_megawatts, sensitivity, units,
};
use crate::Valuer;
use offtake_futures::Strata;
use offtake_model::{Book, Contract, ContractId, Counted, Ownership, Project, Side};
use offtake_stdx::estimate::{Distribution, Estimate, Weights};
use offtake_units::{Rate, RateBasis, Share, Span};
use std::collections::BTreeMap;

/// Months late up to which the map of delay goes.
const LATE: u32 = 12;
/// Months within which agility is told.
const WITHIN: [i64; 3] = [6, 12, 18];

/// Everything that only a seller asks.
#[derive(Clone, Debug, PartialEq)]
pub struct SellerResults {
    /// Its projects, by id.
    pub projects: Vec<ProjectResult>,
    /// What is sold, by what it brings a year, most first.
    pub tenants: Vec<Tenant>,
    /// What a megawatt can be used for, best rate of return first.
    pub uses: Vec<UseOfPower>,
    /// Megawatts that can still be turned into GPUs.
    pub agility: Agility,
    /// Whether the book says no project, so that one was made of everything sold, without any cost.
    pub is_made_up: bool,
}

/// One contract sold.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// Id of the contract.
    pub contract: String,
    /// Who buys.
    pub buyer: String,
    /// What it brings in a year with all of it in service, in the currency's unit.
    pub revenue: f64,
    /// Its share of what all contracts sold bring.
    pub revenue_share: f64,
    /// Gross megawatts that it takes.
    pub megawatts: f64,
    /// Their share of all grid power.
    pub power_share: f64,
}

/// A rate of return over samples. Samples in which nothing ever comes back count as −100 %; those without a
/// rate or with several are left out, and told.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// How it is spread among the samples that count; `None` when none does.
    pub spread: Option<Distribution>,
    /// Chance that nothing comes back.
    pub lost: Estimate,
    /// Chance that there is no rate for another reason.
    pub none: Estimate,
    /// Chance that there are several.
    pub several: Estimate,
}

/// One project.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is counted in its rates of return beside fees and credits.
    pub perimeter: Vec<Counted>,
    /// What is not.
    pub left_out: Vec<Counted>,
    /// Everything as promised.
    pub promised: Returns,
    /// Least ratio of each year when everything is as promised.
    pub promised_by_year: Vec<(i32, f64)>,
    /// Megawatts of critical IT load of its halls.
    pub megawatts: f64,
    /// What its debts may be, in the currency's unit, and what is drawn when everything is as promised.
    pub debt: (f64, f64),
    /// The ratio that lenders ask for, if they do.
    pub floor: Option<f64>,
    /// EBITDA over revenue.
    pub margin: Option<Distribution>,
    /// Rate of return before debt.
    pub project_irr: Rates,
    /// Rate of return to the owners.
    pub equity_irr: Rates,
    /// Present value before debt.
    pub npv: Distribution,
    /// Present value to the owners.
    pub npv_equity: Distribution,
    /// Months to payback, among the samples that pay back.
    pub payback: Option<Distribution>,
    /// Chance that it never pays back.
    pub never_back: Estimate,
    /// Least ratio of cash flow to debt service; `None` without debt.
    pub dscr_min: Option<Distribution>,
    /// Chance that it is below what lenders ask for.
    pub below: Estimate,
    /// Chance that lenders once get less than is due.
    pub missed: Estimate,
    /// What lenders are still owed at the end, in the currency's unit.
    pub unpaid: Estimate,
    /// Ratio by calendar year.
    pub by_year: Vec<(i32, Distribution)>,
    /// The way from what is billed to what owners get: mean over samples, in the currency's unit.
    pub steps: Vec<(Step, f64)>,
    /// Claims held against it.
    pub claims: Vec<Held>,
    /// What delay does; `None` when everything is delivered.
    pub delays: Option<Delays>,
    /// What the owners' rate of return rests on.
    pub sensitivity: Vec<Moved>,
    /// Contracts without a price, for which nothing is billed.
    pub unpriced: Vec<String>,
    /// GPUs that no purchase stands behind, for which nothing is paid.
    pub unpaid_gpus: i64,
}

/// Returns the projects of `book`; when it says none and sells something, one of everything that it sells, with
/// no cost but its purchases, power and debts.
#[must_use]
pub fn projects(book: &Book) -> BTreeMap<String, Project> {
    if !book.projects.is_empty() {
        return book.projects.clone();
    }
    let is_sold = |contract: &&Contract| {
        contract.ownership == Ownership::Contracted && book.side(contract) == Side::Sold
    };
    let sold: Vec<&Contract> = book.contracts.values().filter(is_sold).collect();
    if sold.is_empty() {
        return BTreeMap::new();
    }
    let contracts: Vec<ContractId> = sold.iter().map(|contract| contract.id.clone()).collect();
    let debts = book
        .debts
        .iter()
        .filter(|(_, debt)| debt.secured_on.iter().any(|id| contracts.contains(id)));
    let mut purchases: Vec<String> = sold
        .iter()
        .flat_map(|contract| &contract.tranches)
        .filter_map(|tranche| tranche.accelerators_from.clone())
        .collect();
    purchases.sort();
    purchases.dedup();
    let none = Share::new(0.0);
    let all = Project {
        name: "Everything sold".to_owned(),
        purchases,
        debts: debts.map(|(id, _)| id.clone()).collect(),
        contracts,
        shell_cost: None,
        shell_paid_over: Span::from_months(12),
        shell_residual: none,
        accelerators_residual: none,
        operation_per_megawatt: None,
        operation_per_hardware: Rate::new(0.0, RateBasis::Year),
        operation_per_revenue: none,
        tax: none,
        tax_depreciation: Span::from_months(60),
        discount: book.discount_rate,
        discount_equity: book.discount_rate,
        perimeter: Counted::NAMES.iter().map(|(_, counted)| *counted).collect(),
    };
    BTreeMap::from([("all-sold".to_owned(), all)])
}

/// Returns the cases of `projects`, by id.
#[must_use]
pub fn cases<'a>(
    valuer: &'a Valuer<'a>,
    projects: &'a BTreeMap<String, Project>,
) -> Vec<(String, Case<'a>)> {
    projects.iter().map(|(id, project)| (id.clone(), Case::new(valuer, project))).collect()
}

/// Makes a seller's results: `kept` has the scenario of each sample and what it came to, project by project in the
/// order of `cases`.
#[must_use]
pub fn seller_results(
    valuer: &Valuer<'_>,
    cases: &[(String, Case<'_>)],
    kept: &[(usize, &[KeptProject])],
) -> SellerResults {
    let book = valuer.book;
    let strata: Vec<usize> = kept.iter().map(|(scenario, _)| *scenario).collect();
    let probabilities = Strata::new(&book.scenarios).probabilities().to_vec();
    let weights = Weights::new(strata.clone(), &probabilities);
    let project = |(place, (id, case)): (usize, &(String, Case<'_>))| {
        let of: Vec<&KeptProject> = kept.iter().map(|(_, sample)| &sample[place]).collect();
        let maker = Maker {
            valuer,
            weights: &weights,
            strata: &strata,
            probabilities: &probabilities,
            kept: &of,
        };
        maker.project(id, case)
    };
    SellerResults {
        projects: cases.iter().enumerate().map(project).collect(),
        tenants: tenants(valuer),
        uses: compare(book, cases),
        agility: Agility::new(book, &WITHIN),
        is_made_up: book.projects.is_empty() && !cases.is_empty(),
    }
}

fn tenants(valuer: &Valuer<'_>) -> Vec<Tenant> {
    let book = valuer.book;
    let all: f64 = valuer.on(Side::Sold).map(a_year).sum();
    let secured: f64 =
        book.sites.values().filter_map(|site| site.grid_power).map(|power| power.megawatts()).sum();
    let part = |top: f64, bottom: f64| if bottom > 0.0 { top / bottom } else { 0.0 };
    let mut tenants: Vec<Tenant> = valuer
        .on(Side::Sold)
        .map(|deal| {
            let tranches = &deal.contract.tranches;
            let megawatts = tranches.iter().map(|tranche| gross_megawatts(book, tranche)).sum();
            Tenant {
                contract: deal.contract.id.to_string(),
                buyer: book
                    .parties
                    .get(&deal.contract.buyer)
                    .map_or_else(|| deal.contract.buyer.to_string(), |party| party.name.clone()),
                revenue: a_year(deal),
                revenue_share: part(a_year(deal), all),
                megawatts,
                power_share: part(megawatts, secured),
            }
        })
        .collect();
    tenants.sort_by(|a, b| b.revenue.total_cmp(&a.revenue).then(a.contract.cmp(&b.contract)));
    tenants
}

struct Maker<'m> {
    valuer: &'m Valuer<'m>,
    weights: &'m Weights,
    strata: &'m [usize],
    probabilities: &'m [f64],
    kept: &'m [&'m KeptProject],
}

impl Maker<'_> {
    fn project(&self, id: &str, case: &Case<'_>) -> ProjectResult {
        let project = case.plan.project;
        let left_out = Counted::NAMES.iter().map(|(_, counted)| *counted);
        let amount: i128 = case.plan.debts().map(|(_, debt)| debt.amount.micros()).sum();
        let returns = |index: usize| &self.kept[index].returns;
        let floor = case.floor();
        let is_below = |index: usize| {
            let dscr = returns(index).dscr_min;
            floor.zip(dscr).is_some_and(|(floor, dscr)| dscr < floor - 1e-6)
        };
        ProjectResult {
            id: id.to_owned(),
            name: project.name.clone(),
            perimeter: project.perimeter.clone(),
            left_out: left_out.filter(|one| !project.perimeter.contains(one)).collect(),
            promised: case.returns.clone(),
            promised_by_year: case.by_year(&case.paid),
            megawatts: case.plan.megawatts_of_all(),
            debt: (units(amount), case.structure.drawn().iter().map(|drawn| units(*drawn)).sum()),
            floor,
            margin: self.some(|kept| kept.returns.margin),
            project_irr: self.rates(|returns| &returns.project_irr),
            equity_irr: self.rates(|returns| &returns.equity_irr),
            npv: self.weights.distribution(|index| returns(index).npv),
            npv_equity: self.weights.distribution(|index| returns(index).npv_equity),
            payback: self.some(|kept| kept.returns.payback.map(|months| months as f64)),
            never_back: self.chance(|kept| kept.returns.payback.is_none()),
            dscr_min: self.some(|kept| kept.returns.dscr_min),
            below: self.weights.mean(|index| f64::from(u8::from(is_below(index)))),
            missed: self.chance(|kept| kept.returns.first_missed.is_some()),
            unpaid: self.weights.mean(|index| units(returns(index).unpaid)),
            by_year: self.by_year(),
            steps: self.steps(),
            claims: claims(self.valuer, id, case),
            delays: self.delays(case),
            sensitivity: sensitivity(self.valuer.book, id),
            unpriced: case.plan.unpriced.iter().map(ToString::to_string).collect(),
            unpaid_gpus: case.plan.unpaid_gpus,
        }
    }

    fn chance(&self, happens: impl Fn(&KeptProject) -> bool) -> Estimate {
        self.weights.mean(|index| f64::from(u8::from(happens(self.kept[index]))))
    }

    /// Returns how a number is spread among the samples that have one.
    fn some(&self, number: impl Fn(&KeptProject) -> Option<f64>) -> Option<Distribution> {
        let with: Vec<(usize, f64)> = self
            .kept
            .iter()
            .enumerate()
            .filter_map(|(index, kept)| Some((index, number(kept)?)))
            .collect();
        if with.is_empty() {
            return None;
        }
        if with.len() == self.kept.len() {
            return Some(self.weights.distribution(|index| with[index].1));
        }
        let strata = with.iter().map(|(index, _)| self.strata[*index]).collect();
        let weights = Weights::new(strata, self.probabilities);
        Some(weights.distribution(|index| with[index].1))
    }

    fn rates(&self, rate: impl Fn(&Returns) -> &Irr) -> Rates {
        let of = |kept: &KeptProject| rate(&kept.returns).clone();
        Rates {
            spread: self.some(|kept| of(kept).counted()),
            lost: self.chance(|kept| of(kept) == Irr::None(NoIrr::NothingBack)),
            none: self
                .chance(|kept| matches!(of(kept), Irr::None(why) if why != NoIrr::NothingBack)),
            several: self.chance(|kept| matches!(of(kept), Irr::Several(_))),
        }
    }

    fn by_year(&self) -> Vec<(i32, Distribution)> {
        let mut years: Vec<i32> =
            self.kept.iter().flat_map(|kept| kept.by_year.iter().map(|(year, _)| *year)).collect();
        years.sort_unstable();
        years.dedup();
        let of = |kept: &KeptProject, year: i32| {
            kept.by_year.iter().find(|(other, _)| *other == year).map(|(_, dscr)| *dscr)
        };
        years
            .into_iter()
            .filter_map(|year| Some((year, self.some(|kept| of(kept, year))?)))
            .collect()
    }

    fn steps(&self) -> Vec<(Step, f64)> {
        let mean =
            |step: Step| self.weights.mean(|index| self.kept[index].steps[step as usize]).mean;
        Step::ALL.into_iter().map(|step| (step, mean(step))).collect()
    }

    fn delays(&self, case: &Case<'_>) -> Option<Delays> {
        let deals = case.plan.deals.iter().map(|deal| &self.valuer.deals[*deal]);
        let is_open = deals.flat_map(|deal| &deal.tranches).any(|lot| !lot.is_delivered);
        is_open.then(|| Delays::new(case, LATE))
    }
}
