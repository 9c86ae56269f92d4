//! Holds the data of a program against itself, and says everything that is wrong at once.
//!
//! Numbers and references only: whether a plan exists at all is for the solver to say.

use super::{Offer, Program, Size, Step, Table2, Table3, Taking};

/// Something that is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about, as `offer[nscale-2].price`.
    pub subject: String,
    /// What is wrong, with numbers.
    pub problem: String,
}

/// Collects findings.
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, subject: impl Into<String>, problem: impl Into<String>) {
        self.0.push(Finding { subject: subject.into(), problem: problem.into() });
    }

    fn reference(&mut self, subject: &str, what: &str, at: usize, length: usize) {
        if at >= length {
            self.add(subject, format!("names {what} {at} of {length}"));
        }
    }

    /// Finds a number that is not at least `least` and at most `most`.
    fn between(&mut self, subject: &str, value: f64, least: f64, most: f64) {
        if !(value.is_finite() && value >= least && value <= most) {
            self.add(subject, format!("is {value}; it lies between {least} and {most}"));
        }
    }

    fn above_zero(&mut self, subject: &str, value: f64) {
        if !(value.is_finite() && value > 0.0) {
            self.add(subject, format!("is {value}; it is above 0"));
        }
    }

    fn length(&mut self, subject: &str, length: usize, wanted: usize) {
        if length != wanted {
            self.add(subject, format!("has {length} entries for {wanted}"));
        }
    }

    fn table(&mut self, subject: &str, table: &Table3, wanted: (usize, usize, usize), of: Keys) {
        let (planes, rows, columns) = table.size();
        let is_for_all = of == Keys::ScenarioFirst && planes == 1;
        if (rows, columns) != (wanted.1, wanted.2) || (planes != wanted.0 && !is_for_all) {
            self.add(subject, format!("is {planes} × {rows} × {columns} and not {wanted:?}"));
        }
        self.values(subject, table.values());
    }

    fn flat(&mut self, subject: &str, table: &Table2, wanted: (usize, usize), of: Keys) {
        let (rows, columns) = table.size();
        let is_for_all = of == Keys::ScenarioFirst && rows == 1;
        if columns != wanted.1 || (rows != wanted.0 && !is_for_all) {
            self.add(subject, format!("is {rows} × {columns} and not {wanted:?}"));
        }
        self.values(subject, table.values());
    }

    fn values(&mut self, subject: &str, values: &[f64]) {
        let bad = values.iter().filter(|value| !(value.is_finite() && **value >= 0.0)).count();
        if bad > 0 {
            self.add(subject, format!("has {bad} numbers below 0 or not finite"));
        }
    }
}

/// What the first key of a table is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    ScenarioFirst,
    Other,
}

/// Returns everything that is wrong with the data; nothing for a program that can be solved.
#[must_use]
pub fn findings(program: &Program) -> Vec<Finding> {
    let mut found = Findings(Vec::new());
    time(program, &mut found);
    supply(program, &mut found);
    work(program, &mut found);
    for offer in &program.offers {
        one_offer(program, offer, &mut found);
    }
    limits(program, &mut found);
    found.between("risk.weight", program.risk.weight, 0.0, 1.0);
    found.between("risk.level", program.risk.level, 0.0, 1.0 - 1e-9);
    found.0
}

fn time(program: &Program, found: &mut Findings) {
    let (months, hours) = (program.months.len(), program.hours.len());
    for (what, length) in
        [("months", months), ("hours", hours), ("scenarios", program.scenarios.len())]
    {
        if length == 0 {
            found.add(what, "are none");
        }
    }
    for month in &program.months {
        found.above_zero(&format!("month[{}].discount", month.name), month.discount);
    }
    found.flat("weight", &program.weight, (months, hours), Keys::Other);
    if program.weight.values().contains(&0.0) {
        found.add("weight", "has an hour that stands for none; leave it out");
    }
    let total: f64 = program.scenarios.iter().map(|scenario| scenario.probability).sum();
    if (total - 1.0).abs() > 1e-9 {
        found.add("scenarios", format!("have probabilities that sum to {total}, not 1"));
    }
    for (at, scenario) in program.scenarios.iter().enumerate() {
        found.between(&format!("scenario[{at}].probability"), scenario.probability, 0.0, 1.0);
    }
}

fn supply(program: &Program, found: &mut Findings) {
    let (scenarios, months) = (program.scenarios.len(), program.months.len());
    let (sites, held) = (program.sites.len(), program.held.len());
    found.table("power_mw", &program.power_mw, (scenarios, months, sites), Keys::ScenarioFirst);
    let shares = (months, sites, program.hours.len());
    found.table("power_share", &program.power_share, shares, Keys::Other);
    found.table("held_kgpu", &program.held_kgpu, (scenarios, months, held), Keys::ScenarioFirst);
    let offers = (scenarios, months, program.offers.len());
    found.table("available", &program.available, offers, Keys::ScenarioFirst);
    if program.available.values().iter().any(|share| *share > 1.0) {
        found.add("available", "has a share above 1");
    }
    for pool in &program.pools {
        found.reference(&format!("pool[{}]", pool.name), "site", pool.site, sites);
    }
    for held in &program.held {
        let subject = format!("held[{}]", held.name);
        found.reference(&subject, "pool", held.pool, program.pools.len());
        for party in &held.parties {
            found.reference(&subject, "party", *party, program.parties.len());
        }
    }
    for party in &program.parties {
        found.reference(&format!("party[{}]", party.name), "kind", party.kind, program.kinds.len());
    }
}

fn work(program: &Program, found: &mut Findings) {
    let (scenarios, months) = (program.scenarios.len(), program.months.len());
    let classes = program.classes.len();
    let shape = (months, classes, program.hours.len());
    found.table("demand_shape", &program.demand_shape, shape, Keys::Other);
    let level = (scenarios, months, classes);
    found.table("demand_level", &program.demand_level, level, Keys::ScenarioFirst);
    if program.due.size() != (0, 0) {
        let due = &program.due;
        found.flat("due", due, (scenarios, program.offers.len()), Keys::ScenarioFirst);
        due.values().iter().for_each(|share| found.between("due", *share, 0.0, 1.0));
    }
    found.flat("spot_price", &program.spot_price, (scenarios, months), Keys::ScenarioFirst);
    for class in &program.classes {
        let subject = format!("class[{}]", class.name);
        found.between(&format!("{subject}.lost_load"), class.lost_load, 0.0, f64::MAX);
        found.length(&format!("{subject}.spot_kgpu_most"), class.spot_kgpu_most.len(), months);
        found.values(&format!("{subject}.spot_kgpu_most"), &class.spot_kgpu_most);
    }
    for (at, usage) in program.uses.iter().enumerate() {
        let subject = format!("use[{at}]");
        found.reference(&subject, "pool", usage.pool, program.pools.len());
        found.reference(&subject, "class", usage.class, classes);
        found.above_zero(&format!("{subject}.performance"), usage.performance);
        found.between(&format!("{subject}.power_kw"), usage.power_kw, 0.0, f64::MAX);
    }
}

fn one_offer(program: &Program, offer: &Offer, found: &mut Findings) {
    let subject = format!("offer[{}]", offer.name);
    let months = program.months.len();
    found.reference(&subject, "pool", offer.pool, program.pools.len());
    found.above_zero(&format!("{subject}.block_kgpu"), offer.block_kgpu);
    found.length(&format!("{subject}.price"), offer.price.len(), months);
    found.values(&format!("{subject}.price"), &offer.price);
    let Size { least, most, step } = offer.size;
    if !(least.is_finite() && most.is_finite() && least >= 0.0 && most >= least) {
        found.add(format!("{subject}.size"), format!("is {least} to {most}; an offer has an end"));
    } else if step == Step::Whole && (least.fract() != 0.0 || most.fract() != 0.0) {
        found.add(format!("{subject}.size"), format!("is {least} to {most} in whole blocks"));
    }
    if let Taking::Flexible { share } = offer.taking {
        found.between(&format!("{subject}.taking"), share, 0.0, 1.0);
    }
    for pay in offer.prepayments.iter().chain(&offer.payments) {
        found.reference(&subject, "month", pay.month, months);
        found.between(&format!("{subject}.payments"), pay.amount, f64::MIN, f64::MAX);
    }
    if offer.prepayments.iter().any(|pay| pay.amount < 0.0) {
        found.add(format!("{subject}.prepayments"), "has one below 0; a credit is a payment");
    }
    if !offer.at_stake.is_empty() {
        found.length(&format!("{subject}.at_stake"), offer.at_stake.len(), months);
        found.values(&format!("{subject}.at_stake"), &offer.at_stake);
    }
    for party in &offer.parties {
        found.reference(&subject, "party", *party, program.parties.len());
    }
}

fn limits(program: &Program, found: &mut Findings) {
    let (months, classes) = (program.months.len(), program.classes.len());
    let limits = &program.limits;
    for standard in &limits.standards {
        let name = &standard.name;
        found.between(name, standard.most, 0.0, f64::MAX);
        standard.classes.iter().for_each(|at| found.reference(name, "class", *at, classes));
        standard.months.iter().for_each(|at| found.reference(name, "month", *at, months));
        if let super::Measure::Cvar { level } = standard.measure {
            found.between(name, level, 0.0, 1.0 - 1e-9);
        }
    }
    for loss in &limits.losses {
        let name = &loss.name;
        found.between(name, loss.most, 0.0, f64::MAX);
        found.reference(name, "kind", loss.kind, program.kinds.len());
        loss.classes.iter().for_each(|at| found.reference(name, "class", *at, classes));
        loss.months.iter().for_each(|at| found.reference(name, "month", *at, months));
        let scenarios = program.scenarios.len();
        loss.scenarios.iter().for_each(|at| found.reference(name, "scenario", *at, scenarios));
        if loss.scenarios.is_empty() {
            found.add(name, "is held in no scenario");
        }
    }
    for limit in &limits.concentration {
        found.reference(&limit.name, "kind", limit.kind, program.kinds.len());
        found.between(&limit.name, limit.share, 0.0, 1.0);
    }
    for limit in &limits.prepayments {
        found.reference(&limit.name, "month", limit.month, months);
        found.between(&limit.name, limit.most, 0.0, f64::MAX);
    }
    for limit in &limits.exposures {
        found.reference(&limit.name, "party", limit.party, program.parties.len());
        found.between(&limit.name, limit.most, 0.0, f64::MAX);
    }
    for limit in &limits.budgets {
        found.between(&limit.name, limit.most, f64::MIN, f64::MAX);
    }
    for row in &limits.rows {
        found.between(&row.name, row.most, f64::MIN, f64::MAX);
        for (offer, factor) in &row.terms {
            found.reference(&row.name, "offer", *offer, program.offers.len());
            found.between(&row.name, *factor, f64::MIN, f64::MAX);
        }
    }
}
