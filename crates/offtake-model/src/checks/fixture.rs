//! A complete tiny book without a finding, and the ways to its parts: what every test starts from.
//!
//! A buyer (`buyer`) has one contract with `acme`: 64 racks at one site in Texas, power to spare,
//! one workload, one gang, one offer, one purchase.

use super::Check;
use crate::*;
use jiff::civil::date;
use offtake_units::{
    Currency, Gpus, Growth, Level, LevelUnit, Money, Power, Price, Quantity, Rate, Share, Span,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Runs one check and writes what it found, as people read it.
pub(super) fn found(check: &Check, book: &Book) -> String {
    let findings = check.findings(book);
    let line = |f: &Finding| {
        let severity = match f.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!("{severity}: {}: {}\n  fix: {}", f.subject, f.problem, f.fix)
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(super) fn id<T: Id>(text: &str) -> T {
    T::new(text).unwrap()
}

pub(super) fn of<T: Quantity>(text: &str) -> T {
    T::parse(text).unwrap()
}

pub(super) fn contract(book: &mut Book) -> &mut Contract {
    book.contracts.values_mut().next().unwrap()
}

pub(super) fn tranche(book: &mut Book) -> &mut Tranche {
    &mut contract(book).tranches[0]
}

pub(super) fn workload(book: &mut Book) -> &mut Workload {
    book.workloads.values_mut().next().unwrap()
}

pub(super) fn gang(book: &mut Book) -> &mut Gang {
    book.gangs.values_mut().next().unwrap()
}

pub(super) fn site(book: &mut Book) -> &mut Site {
    book.sites.values_mut().next().unwrap()
}

pub(super) fn hall(book: &mut Book) -> &mut Hall {
    book.halls.values_mut().next().unwrap()
}

pub(super) fn offer(book: &mut Book) -> &mut Offer {
    book.offers.values_mut().next().unwrap()
}

pub(super) fn accelerator(book: &mut Book) -> &mut Accelerator {
    book.catalog.accelerators.values_mut().next().unwrap()
}

/// Adds a second tranche like the first.
pub(super) fn second_tranche(book: &mut Book) -> &mut Tranche {
    let mut second = tranche(book).clone();
    second.id.name = "second".to_owned();
    contract(book).tranches.push(second);
    &mut contract(book).tranches[1]
}

/// Adds a contract like the first between two other parties.
pub(super) fn another_contract<'a>(
    book: &'a mut Book,
    name: &str,
    sides: [&str; 2],
) -> &'a mut Contract {
    let mut another = contract(book).clone();
    another.id = id(name);
    another.seller = id(sides[0]);
    another.buyer = id(sides[1]);
    for tranche in &mut another.tranches {
        tranche.id.contract = id(name);
    }
    for side in sides {
        book.parties.entry(id(side)).or_insert_with(|| party(PartyKind::Supplier));
    }
    book.contracts.entry(id(name)).or_insert(another)
}

pub(super) fn set_series(book: &mut Book, unit: LevelUnit) {
    workload(book).series = LevelSeries::Grown {
        level: Level::new(2_000.0, unit),
        growth: None,
        profile: Arc::new(Profile::flat()),
        shift: 0,
    };
}

pub(super) fn party(kind: PartyKind) -> Party {
    Party {
        name: "A party".to_owned(),
        kind,
        failure: of("3 %/year"),
        notice: of("13 d"),
        continues: of("60 %"),
        back_after: of("3 months"),
        late_doubles_after: Some(of("180 d")),
    }
}

pub(super) fn provenance(mark: Mark, source: Option<&str>) -> Provenance {
    let source = source.map(str::to_owned);
    Provenance { text: String::new(), source, mark, note: None, low: None, high: None, place: None }
}

fn milestone(promised: jiff::civil::Date) -> Milestone {
    Milestone { promised, reached: None, slip: None }
}

fn a_tranche() -> Tranche {
    Tranche {
        id: TrancheId { contract: id("acme"), name: "first".to_owned() },
        site: id("childress"),
        hall: id("horizon"),
        accelerator: id("gb300-nvl72"),
        gpus: Gpus::new(4_608),
        promised: date(2026, 3, 31),
        delivered: None,
        power: milestone(date(2026, 3, 21)),
        hall_ready: milestone(date(2026, 3, 21)),
        accelerators: milestone(date(2026, 3, 21)),
        accelerators_from: Some("acme-dell".to_owned()),
        acceptance: of("10 d"),
        after: None,
        ramp: Span::ZERO,
        term: of("60 months"),
        ends: None,
        spares: 0,
        dedicated_to: None,
    }
}

fn a_contract() -> Contract {
    Contract {
        id: id("acme"),
        name: "Acme".to_owned(),
        ownership: Ownership::Contracted,
        seller: id("acme"),
        buyer: id("buyer"),
        signed: Some(date(2025, 11, 2)),
        tranches: vec![a_tranche()],
        price_total: None,
        price: Some(of::<Price>("2.91 USD/GPUh")),
        escalator: 0.0,
        power_passed_through: false,
        billed_power: None,
        take_or_pay: TakeOrPay { share: of("100 %"), make_up: None },
        prepayment: Some(Prepayment {
            share: of("20 %"),
            due: DueDate { anchor: AfterAnchor::Promised, offset: of("30 d"), is_before: true },
            credited_after: of("24 months"),
            recovery: of("30 %"),
            recovered_after: of("12 months"),
        }),
        late: Late {
            grace: of("45 d"),
            credit: of("30 %/month"),
            cap: Fee(3.0),
            terminate_after: Some(of("120 d")),
            exercise: Exercise::Never,
            first_ends_all: true,
            given_up_after: of("24 months"),
        },
        sla: Some(Sla {
            availability: of("99 %"),
            credit_cap: of("30 %"),
            claim_within: of("30 d"),
        }),
        renewal: None,
        like_kind_substitution: false,
        sublease: false,
        guarantor: None,
    }
}

fn a_site() -> Site {
    Site {
        name: "Childress".to_owned(),
        operator: None,
        zone: id("us-tx"),
        grid: Some(id("ercot")),
        grid_power: Some(of("40 MW")),
        power_price: Some(of("46 USD/MWh")),
        place: Some("dallas".to_owned()),
        place_adder: of("5 ms"),
        class: "miner-conversion".to_owned(),
        outage: None,
        fabric: Some(Gpus::new(4_608)),
        storage: Some(of("50 PB")),
        network: Some(of("400 Gb/s")),
        draw: BTreeMap::new(),
        billed_power: BTreeMap::new(),
    }
}

fn a_hall() -> Hall {
    Hall {
        site: id("childress"),
        grid_power: Some(of("24 MW")),
        critical_it: Some(of("20 MW")),
        curtailable: of("5 MW"),
        backup: Power::ZERO,
        pue: 1.2,
    }
}

fn a_workload() -> Workload {
    Workload {
        id: id("chat"),
        name: "Chat".to_owned(),
        tenant: None,
        kind: WorkKind::Serving,
        from: date(2026, 1, 1),
        until: None,
        series: LevelSeries::Grown {
            level: Level::new(2_000.0, LevelUnit::Gpus),
            growth: None,
            profile: Arc::new(Profile::flat()),
            shift: 0,
        },
        efficiency: Growth::new(1.0),
        efficiency_from: date(2026, 1, 1),
        speed: BTreeMap::from([(id("gb300-nvl72"), 1.0)]),
        speed_source: "the reference accelerator itself".to_owned(),
        model: None,
        derate: Derate { low: 0.45, mode: 0.6, high: 0.75 },
        noise: None,
        revenue: None,
        revenue_trend: Growth::new(1.0),
        blocks: vec![Block {
            name: "all".to_owned(),
            share: of("100 %"),
            priority: 1,
            unserved_value: of("12 USD/GPUh"),
        }],
        zones: vec![id("us")],
        latency: Some(Latency { from: "chicago".to_owned(), round_trip: of("40 ms") }),
        nvlink_domain: 8,
        delay_hours: 0,
        storage: Some(of("10 PB")),
        network: Some(of("100 Gb/s")),
    }
}

fn a_gang() -> Gang {
    Gang {
        id: id("pretrain"),
        name: "Pretraining".to_owned(),
        tenant: None,
        size: Gpus::new(1_152),
        from: date(2026, 7, 1),
        until: date(2026, 11, 1),
        priority: 1,
        unserved_value: of("4 USD/GPUh"),
        zones: Vec::new(),
        speed: BTreeMap::from([(id("gb300-nvl72"), 1.0)]),
        nvlink_domain: 72,
        checkpoint_every: of("20 min"),
        checkpoint_cost: of("1 %"),
        restart: of("10 min"),
    }
}

fn an_offer() -> Offer {
    Offer {
        id: "neocloud-a".to_owned(),
        seller: id("neocloud-a"),
        site: id("childress"),
        accelerator: id("gb300-nvl72"),
        block: Gpus::new(1_296),
        blocks: 4,
        start_from: date(2026, 9, 1),
        start_until: date(2027, 12, 1),
        lead_time: of("9 months"),
        price: of("3.10 USD/GPUh"),
        term: of("60 months"),
        take_or_pay: of("80 %"),
        prepayment: of("10 %"),
        open_until: Some(date(2026, 3, 31)),
        taken_chance: of("10 %"),
    }
}

fn a_purchase() -> Purchase {
    Purchase {
        seller: id("dell"),
        maker: None,
        buyer: id("acme"),
        accelerator: Some(id("gb300-nvl72")),
        gpus: Some(Gpus::new(4_608)),
        price_total: Some(of::<Money>("352 MUSD")),
        paid: DueDate { anchor: AfterAnchor::Shipped, offset: of("30 d"), is_before: false },
        cancellable: false,
    }
}

fn an_accelerator() -> Accelerator {
    Accelerator {
        id: id("gb300-nvl72"),
        name: "GB300 NVL72".to_owned(),
        maker: id("nvidia"),
        rack_gpus: 72,
        nvlink_domain: 72,
        tray_gpus: 4,
        draw: Draw { training: of("1.95 kW"), serving: of("1.8 kW") },
        billed_power: None,
        memory: None,
        network: None,
        available: None,
        rack_price: None,
        lead_time: None,
        failures: Vec::new(),
    }
}

fn a_catalog() -> Catalog {
    let zone = |parent: &str| Zone {
        parent: Some(id(parent)),
        name: "A zone".to_owned(),
        export_licence: false,
    };
    let world = Zone { parent: None, name: "World".to_owned(), export_licence: false };
    let trip = |one: &str, other: &str, ms: f64| ((one.to_owned(), other.to_owned()), ms);
    let place = |name: &str, zone: &str| (name.to_owned(), id(zone));
    Catalog {
        accelerators: BTreeMap::from([(id("gb300-nvl72"), an_accelerator())]),
        throughput: Vec::new(),
        agentic: Vec::new(),
        zones: BTreeMap::from([
            (id("world"), world),
            (id("eu"), zone("world")),
            (id("us"), zone("world")),
            (id("us-tx"), zone("us")),
        ]),
        round_trips: BTreeMap::from([
            trip("chicago", "dallas", 22.0),
            trip("dallas", "frankfurt", 115.0),
        ]),
        places: BTreeMap::from([
            place("chicago", "us"),
            place("dallas", "us-tx"),
            place("frankfurt", "eu"),
        ]),
        slip: SlipLaw {
            on_time: of("35 %"),
            on_time_within: of("30 d"),
            median: of("4 months"),
            sigma: 0.9,
            never: of("4 %"),
        },
        slip_variance: [0.15, 0.10, 0.25, 0.50],
        acceptance: of("10 d"),
        classes: BTreeMap::new(),
        outage: Outage { up: of("4 years"), down: of("12 h"), depth: of("100 %") },
        curtailment: BTreeMap::new(),
        scenarios: Vec::new(),
        derate: Derate { low: 0.45, mode: 0.6, high: 0.75 },
        noise: Noise { sigma: 0.1, correlation: 0.5 },
        prices: Vec::new(),
        supplier_failure: of::<Rate>("3 %/year"),
        continues: of::<Share>("60 %"),
    }
}

fn scenario(name: &str, probability: &str, tokens: f64, accelerators: f64) -> Scenario {
    Scenario {
        name: name.to_owned(),
        probability: of(probability),
        tokens: Growth::new(tokens),
        accelerators: Growth::new(accelerators),
    }
}

fn a_source() -> Source {
    Source {
        title: "Form 8-K".to_owned(),
        publisher: "Acme".to_owned(),
        date: Some(date(2025, 11, 3)),
        address: None,
        is_measurement: false,
    }
}

fn a_grid() -> Grid {
    Grid { name: "ERCOT".to_owned(), curtailment: None }
}

fn some_parties() -> BTreeMap<PartyId, Party> {
    let kinds = [
        ("acme", PartyKind::Supplier),
        ("buyer", PartyKind::Tenant),
        ("dell", PartyKind::ServerMaker),
        ("neocloud-a", PartyKind::Supplier),
        ("nvidia", PartyKind::GpuMaker),
    ];
    kinds.map(|(name, kind)| (id(name), party(kind))).into()
}

fn a_standard() -> Standard {
    Standard {
        priority: 1,
        zones: Vec::new(),
        unserved: Some(of("100 ppm")),
        month_risk: Some(of("1 %")),
        n_minus_1: Vec::new(),
    }
}

/// Returns the book.
pub(super) fn test_book() -> Book {
    let signed = ("contract.acme.signed".to_owned(), provenance(Mark::Filing, Some("acme-filing")));
    Book {
        title: "A tiny book".to_owned(),
        owner: id("buyer"),
        as_of: date(2025, 11, 30),
        from: date(2026, 1, 1),
        until: date(2028, 1, 1),
        currency: Currency::USD,
        exchange_rates: BTreeMap::new(),
        discount_rate: of("10 %/year"),
        markets: BTreeMap::new(),
        scope: "all of it".to_owned(),
        reference_accelerator: id("gb300-nvl72"),
        headline_quarters: 8,
        standards: vec![a_standard()],
        scenarios: vec![
            scenario("low", "25 %", 4.0, 1.5),
            scenario("base", "50 %", 6.7, 2.2),
            scenario("high", "25 %", 10.0, 3.5),
        ],
        parties: some_parties(),
        grids: BTreeMap::from([(id("ercot"), a_grid())]),
        sites: BTreeMap::from([(id("childress"), a_site())]),
        halls: BTreeMap::from([(id("horizon"), a_hall())]),
        contracts: BTreeMap::from([(id("acme"), a_contract())]),
        workloads: BTreeMap::from([(id("chat"), a_workload())]),
        gangs: BTreeMap::from([(id("pretrain"), a_gang())]),
        offers: BTreeMap::from([("neocloud-a".to_owned(), an_offer())]),
        spots: BTreeMap::new(),
        options: BTreeMap::new(),
        rights: BTreeMap::new(),
        purchases: BTreeMap::from([("acme-dell".to_owned(), a_purchase())]),
        leases: BTreeMap::new(),
        debts: BTreeMap::new(),
        powers: BTreeMap::new(),
        builds: BTreeMap::new(),
        idles: BTreeMap::new(),
        opportunities: BTreeMap::new(),
        projects: BTreeMap::new(),
        uses: BTreeMap::new(),
        claims: BTreeMap::new(),
        stresses: BTreeMap::new(),
        sources: BTreeMap::from([("acme-filing".to_owned(), a_source())]),
        provenance: BTreeMap::from([signed]),
        said: BTreeMap::new(),
        catalog: a_catalog(),
    }
}

/// Adds a debt on the contract.
pub(super) fn debt(book: &mut Book) -> &mut Debt {
    book.parties.insert(id("bank"), party(PartyKind::Lender));
    let debt = Debt {
        borrower: id("acme"),
        lender: Some(id("bank")),
        secured_on: vec![id("acme")],
        amount: of("100 MUSD"),
        rate: of("6 %/year"),
        opens: None,
        draw_until: Some(date(2027, 5, 29)),
        draws_on: DrawsOn::Payment,
        undrawn_fee: of("0.4 %/year"),
        repays_from: None,
        matures: date(2031, 12, 31),
        repayment: Repayment::Sculpted,
        min_dscr: Some(1.05),
        lock_up: None,
        reserve: offtake_units::Span::ZERO,
        support: Support::None,
        long_stop: None,
    };
    book.debts.entry("ddtl".to_owned()).or_insert(debt)
}

/// Adds an option on more of the contract.
pub(super) fn option(book: &mut Book) -> &mut OptionRight {
    let option = OptionRight {
        contract: id("acme"),
        site: None,
        power: Some(of("10 MW")),
        gpus: None,
        start: date(2027, 11, 1),
        exercise_by: Some(date(2027, 5, 1)),
    };
    book.options.entry("acme-2".to_owned()).or_insert(option)
}

/// Adds a stress on the grid.
pub(super) fn stress(book: &mut Book) -> &mut Stress {
    let stress = Stress {
        on: "grid.ercot".to_owned(),
        depth: of("40 %"),
        from: date(2027, 8, 1),
        until: Some(date(2027, 8, 15)),
    };
    book.stresses.entry("heat-wave".to_owned()).or_insert(stress)
}

/// Adds megawatts at the site that are not yet turned into GPUs.
pub(super) fn power_stock(book: &mut Book) -> &mut PowerStock {
    let stock = PowerStock {
        site: id("childress"),
        grid_power: of("16 MW"),
        from: None,
        builds: Vec::new(),
    };
    book.powers.entry("childress-rest".to_owned()).or_insert(stock)
}
