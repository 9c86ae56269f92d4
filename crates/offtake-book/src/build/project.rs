//! A seller's projects, what else megawatts could earn, and what was claimed in public.

use super::finance::NO_RATE;
use super::{Build, NONE, Thing, id};
use crate::format::Shown as _;
use offtake_model::{
    Amount, Claim, Claimed, Contract, ContractId, Counted, PowerUse, Project, Sense,
};
use offtake_units::{Money, Per, Price, Rate, RateBasis, Share, Span};
use std::collections::BTreeMap;

type Contracts = BTreeMap<ContractId, Contract>;

impl<'a> Build<'a> {
    pub(super) fn projects(&mut self, contracts: &Contracts) -> BTreeMap<String, Project> {
        let things = self.things("project");
        things
            .into_iter()
            .map(|thing| (thing.id.clone(), self.project(&thing, contracts)))
            .collect()
    }

    fn project(&mut self, thing: &Thing<'a>, all: &Contracts) -> Project {
        let contracts = self.contracts_of(thing, all);
        let discount = self.discount_rate();
        Project {
            name: self.name_of(thing),
            purchases: self.purchases_of(thing, &contracts, all),
            debts: self.debts_of(thing, &contracts),
            contracts,
            shell_cost: self.shell_cost(thing),
            shell_paid_over: self.or(thing, "shell.paid_over", Span::from_months(12)),
            shell_residual: self.or(thing, "shell.residual", NONE),
            accelerators_residual: self.or(thing, "accelerators.residual", NONE),
            operation_per_megawatt: self.maybe(thing, "operation.per_megawatt"),
            operation_per_hardware: self.or(thing, "operation.per_hardware", NO_RATE),
            operation_per_revenue: self.or(thing, "operation.per_revenue", NONE),
            tax: self.or(thing, "tax.rate", NONE),
            tax_depreciation: self.or(thing, "tax.depreciation", Span::from_months(60)),
            discount: self.or(thing, "discount.project", discount),
            discount_equity: self.or(thing, "discount.equity", Rate::new(0.12, RateBasis::Year)),
            perimeter: self.perimeter(thing),
        }
    }

    fn contracts_of(&mut self, thing: &Thing<'a>, all: &Contracts) -> Vec<ContractId> {
        if let Some(written) = thing.get::<Vec<String>>("contracts") {
            return written.iter().map(|contract| id(contract)).collect();
        }
        let sold = |contract: &&Contract| {
            contract.seller == self.owner
                && contract.ownership == offtake_model::Ownership::Contracted
        };
        let sold: Vec<ContractId> =
            all.values().filter(sold).map(|contract| contract.id.clone()).collect();
        let names: Vec<String> = sold.iter().map(ToString::to_string).collect();
        self.keep_default(thing, "contracts", &names.shown());
        sold
    }

    fn purchases_of(
        &mut self,
        thing: &Thing<'a>,
        contracts: &[ContractId],
        all: &Contracts,
    ) -> Vec<String> {
        if let Some(written) = thing.get("purchases") {
            return written;
        }
        let tranches = contracts.iter().filter_map(|id| all.get(id)).flat_map(|c| &c.tranches);
        let mut named: Vec<String> =
            tranches.filter_map(|tranche| tranche.accelerators_from.clone()).collect();
        named.sort();
        named.dedup();
        self.keep_default(thing, "purchases", &named.shown());
        named
    }

    fn debts_of(&mut self, thing: &Thing<'a>, contracts: &[ContractId]) -> Vec<String> {
        if let Some(written) = thing.get("debts") {
            return written;
        }
        let secured = |debt: &Thing<'a>| {
            let on: Vec<String> = debt.get("secured_on").unwrap_or_default();
            contracts.iter().any(|contract| on.contains(&contract.to_string()))
        };
        let debts: Vec<String> =
            self.things("debt").into_iter().filter(secured).map(|debt| debt.id).collect();
        self.keep_default(thing, "debts", &debts.shown());
        debts
    }

    fn shell_cost(&mut self, thing: &Thing<'a>) -> Option<Price> {
        let written = thing.get::<Price>("shell.cost");
        let recipe = self.maybe::<String>(thing, "build");
        let of_recipe = recipe.and_then(|recipe| {
            let build = self.things("build").into_iter().find(|build| build.id == recipe)?;
            build.get::<Price>("capex.hall")
        });
        if written.is_none() {
            let text = of_recipe.map_or("not known".to_owned(), |price| price.to_string());
            self.keep_default(thing, "shell.cost", &text);
        }
        written.or(of_recipe)
    }

    fn perimeter(&mut self, thing: &Thing<'a>) -> Vec<Counted> {
        let all = || Counted::NAMES.iter().map(|(name, _)| (*name).to_owned()).collect();
        let words: Vec<String> = thing.get("perimeter").unwrap_or_else(|| {
            let all: Vec<String> = all();
            self.keep_default(thing, "perimeter", &all.shown());
            all
        });
        let mut counted: Vec<Counted> =
            words.iter().filter_map(|word| Counted::of_name(word)).collect();
        counted.sort_unstable();
        counted.dedup();
        counted
    }

    pub(super) fn uses(&mut self) -> BTreeMap<String, PowerUse> {
        let things = self.things("use");
        things.into_iter().map(|thing| (thing.id.clone(), self.power_use(&thing))).collect()
    }

    fn power_use(&mut self, thing: &Thing<'a>) -> PowerUse {
        let nothing = |per| Price::new(Money::from_micros(0, self.currency), per);
        let term = thing.get("term").unwrap_or(Span::from_months(60));
        PowerUse {
            earns: thing.get("earns").unwrap_or(nothing(Per::MegawattYear)),
            shell: thing.get("shell").unwrap_or(nothing(Per::Megawatt)),
            name: self.name_of(thing),
            power_price: self.maybe(thing, "power_price"),
            operation: self.or(thing, "operation", NONE),
            hardware: self.maybe(thing, "hardware"),
            lasts: self.or(thing, "lasts", term),
            takes: self.or(thing, "takes", Span::from_months(12)),
            term,
            shell_residual: self.or(thing, "shell_residual", NONE),
            hardware_residual: self.or(thing, "hardware_residual", NONE),
        }
    }

    pub(super) fn claims(&mut self) -> BTreeMap<String, Claim> {
        let mut all = BTreeMap::new();
        for thing in self.things("claim") {
            let of = thing.get::<String>("of").and_then(|word| Claimed::of_name(&word));
            let (Some(of), Some(project)) = (of, thing.get("project")) else { continue };
            let sense = self.or(&thing, "sense", "about".to_owned());
            let Some(amount) = self.amount(&thing) else { continue };
            let sense = Sense::of_name(&sense).unwrap_or(Sense::About);
            all.insert(
                thing.id.clone(),
                Claim { project, of, sense, amount, note: thing.get("note") },
            );
        }
        all
    }

    /// Returns the one amount of a claim; none or several is a finding.
    fn amount(&mut self, thing: &Thing<'a>) -> Option<Amount> {
        let amounts = [
            thing.get::<Money>("money").map(Amount::Money),
            thing.get::<Share>("share").map(Amount::Share),
            thing.get::<f64>("number").map(Amount::Number),
        ];
        let keys = ["money", "share", "number"];
        let written = keys.iter().filter(|key| thing.has(key)).count();
        if written == 1 {
            for key in keys.iter().filter(|key| !thing.has(key)) {
                self.keep_default(thing, key, "none");
            }
            return amounts.into_iter().flatten().next();
        }
        self.find(
            thing,
            if written == 0 { "" } else { "share" },
            "claim-without-one-amount",
            format!("it has {written} of `money`, `share` and `number`"),
            "write the one of the three that the claim is in".to_owned(),
        );
        None
    }
}
