//! Money as a whole: hand-worked flows to the cent, public totals, and both sides of one contract.

use offtake_book::{read_book, read_book_bytes, render_findings};
use offtake_futures::{Causes, Prices};
use offtake_model::{Book, Id, TrancheId};
use offtake_study::Silent;
use offtake_study::value::{ValueRequest, Valued, results, run, run_on};
use offtake_value::{Asked, Flow, FlowKind, On, Side, Use, Valuation, Valuer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn books() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books")
}

fn book(path: &str) -> Book {
    let reading = read_book(&books().join(path));
    assert!(!reading.has_errors(), "{}", render_findings(&reading.findings));
    reading.book.expect("the book was read")
}

fn of_text(text: &str) -> Book {
    let reading = read_book_bytes("value.toml", text.as_bytes());
    assert!(!reading.has_errors(), "{}", render_findings(&reading.findings));
    reading.book.expect("the book was read")
}

fn request(side: Side, usage: Use, samples: u64) -> ValueRequest {
    ValueRequest {
        asked: Asked { side, usage, wait: 12, seed: 1 },
        samples,
        dispatched: samples,
        threads: 2,
    }
}

/// Runs a valuation, and returns it with the flows of every sample.
fn value(book: &Book, request: &ValueRequest) -> (Valuation, Vec<Vec<Flow>>, Valued) {
    let mut flows = Vec::new();
    let mut keep = |_, of: &[Flow]| {
        flows.push(of.to_vec());
        Ok(())
    };
    let valued = run(book, request, &Silent, &mut keep).expect("it runs");
    (results(book, request, &valued), flows, valued)
}

#[test]
fn hand_worked_money_comes_out_to_the_cent() {
    for name in ["money-late-and-prepaid", "money-escalator-and-power"] {
        let text = std::fs::read_to_string(books().join(format!("hand-worked/{name}.expect.toml")));
        let table: toml::Table = text.unwrap().parse().unwrap();
        let flows = table["flow"].as_array().unwrap();
        let key = |flow: &toml::Value, key: &str| flow[key].as_str().unwrap().to_owned();
        let expected: BTreeMap<(String, String), String> = flows
            .iter()
            .map(|flow| ((key(flow, "month"), key(flow, "kind")), key(flow, "amount")))
            .collect();
        let book = book(&format!("hand-worked/{name}.toml"));
        let (value, _, _) = value(&book, &request(Side::Buyer, Use::Dispatched, 3));
        let text = |micros: i128| {
            let cents = micros / 10_000;
            let sign = if cents < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
        };
        let found: BTreeMap<(String, String), String> = value
            .cash_flows
            .iter()
            .map(|flow| ((flow.text.clone(), flow.kind.name().to_owned()), text(flow.micros)))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn the_fees_of_a_total_price_add_up_to_it_whatever_it_rises_by() {
    let book = book("hand-worked/money-escalator-and-power.toml");
    let (_, flows, _) = value(&book, &request(Side::Buyer, Use::Taken, 1));
    let fees: i128 = flows[0].iter().filter(|f| f.kind == FlowKind::Fee).map(|f| f.micros).sum();
    // 36 months, each rounded to a millionth.
    assert!((fees + 5_000_000_000_000).abs() <= 36, "{fees}");
}

/// ADEQUACY section 8: 9.7 GUSD over five years is 1.94 a year, 20 % prepaid is 1.94, and a GPU-hour 2.91; here they come
/// out of the book.
#[test]
fn the_public_figures_of_the_iren_contract_come_out_of_the_book() {
    let book = book("microsoft-2025-11");
    let valuer = Valuer::new(&book);
    let is_iren = |deal: &&offtake_value::Deal<'_>| deal.contract.id.as_str() == "iren-childress";
    let deal = valuer.deals.iter().find(is_iren).unwrap();
    // Four tranches, each rounded to a millionth.
    assert!((deal.value() - 9_700_000_000_000_000).abs() <= 4, "{}", deal.value());
    assert!((deal.yearly() - 1_940_000_000_000_000).abs() <= 4 * 12, "{}", deal.yearly());
    assert_eq!(format!("{:.2}", deal.rate.units()), "2.91");
    // As promised, nothing late and nothing broken, the prepayment is paid in full, by tranche.
    let text = std::fs::read_to_string(books().join("contracts/iren-childress.toml")).unwrap();
    let head = "format = 1\nas_of = 2025-11-30\nfrom = 2026-01-01\nuntil = 2032-01-01\nowner = \"microsoft\"\n\
                reference_accelerator = \"gb300-nvl72\"\n[defaults]\nuncertainty = \"none\"\n";
    let sure = of_text(&format!("{head}{text}\n[workload.w]\nlevel = \"100000 GPU\"\n"));
    let (value, flows, _) = value(&sure, &request(Side::Buyer, Use::Taken, 40));
    let sum = |kind: FlowKind, of: &[Flow]| -> i128 {
        of.iter().filter(|flow| flow.kind == kind).map(|flow| flow.micros).sum()
    };
    let served: Vec<&Vec<Flow>> = flows
        .iter()
        .filter(|of| of.iter().all(|flow| flow.kind != FlowKind::PrepaymentRecovered))
        .collect();
    assert!(served.len() > 20, "{}", served.len());
    for of in served {
        assert_eq!(sum(FlowKind::Prepayment, of), -1_940_000_000_000_000);
        assert_eq!(sum(FlowKind::PrepaymentCredit, of), 1_940_000_000_000_000);
        assert!((sum(FlowKind::Fee, of) + 9_700_000_000_000_000).abs() <= 244);
    }
    assert_eq!(value.contracts[0].yearly.round(), 1_940_000_000.0);
}

#[test]
fn what_is_prepaid_is_credited_to_the_millionth_in_every_future_that_runs_to_term() {
    let book = book("microsoft-2025-11");
    let (_, flows, valued) = value(&book, &request(Side::Buyer, Use::Taken, 300));
    let mut served = 0;
    for (of, kept) in flows.iter().zip(&valued.samples) {
        let sum = |kinds: &[FlowKind]| -> i128 {
            of.iter().filter(|flow| kinds.contains(&flow.kind)).map(|flow| flow.micros).sum()
        };
        let back = sum(&[FlowKind::PrepaymentCredit, FlowKind::PrepaymentRefund]);
        let recovered = sum(&[FlowKind::PrepaymentRecovered]);
        let lost: f64 = kept.contracts.iter().map(|measure| measure.lost).sum();
        let paid = -sum(&[FlowKind::Prepayment]);
        assert!((paid - back - recovered) as f64 / 1e6 - lost < 1e-3);
        if recovered == 0 && lost == 0.0 {
            assert_eq!(back, paid, "sample {}", kept.sample);
            served += 1;
        }
    }
    assert!(served > 200, "{served} of 300 run to term");
}

/// The buyer's book and the seller's book hold one contract; in a sample that supplies both alike, what one pays the other
/// receives, flow by flow.
#[test]
fn buyer_and_seller_of_one_contract_mirror_each_other_to_the_millionth() {
    let contract = std::fs::read_to_string(books().join("contracts/iren-childress.toml")).unwrap();
    let of = |owner: &str| {
        of_text(&format!(
            "format = 1\nas_of = 2025-11-30\nfrom = 2026-01-01\nuntil = 2029-01-01\nowner = \"{owner}\"\n\
             reference_accelerator = \"gb300-nvl72\"\n{contract}"
        ))
    };
    let (buyer, seller) = (of("microsoft"), of("iren"));
    let (bought, sold) = (Valuer::new(&buyer), Valuer::new(&seller));
    let system = offtake_adequacy::System::new(&buyer, 3).unwrap();
    let mut runner = offtake_adequacy::SupplyRunner::new(&system);
    let prices = Prices::new(&buyer, 3, |market| market.price.money().units());
    let mut market = offtake_value::Table::new(prices.len(), bought.market_months());
    let months = system.axis.months().len();
    let (mut ours, mut theirs) = Default::default();
    for sample in 0..60 {
        let supplied = runner.draw(sample, Causes::ALL);
        let mut available = offtake_value::Table::new(system.pools.len(), months);
        for (pool, hours) in supplied.available.chunks(months).enumerate() {
            available.of_mut(pool).copy_from_slice(hours);
        }
        prices.draw(0, (sample, supplied.scenario), market.of_mut(0));
        let drawn = offtake_value::Drawn {
            sample,
            scenario: supplied.scenario,
            lives: supplied.lives,
            shipped: &[],
            available: &available,
            served: None,
            market: &market,
        };
        bought.settle(&bought.deals[0], &drawn, &mut ours);
        sold.settle(&sold.deals[0], &drawn, &mut theirs);
        let received: Vec<Flow> = theirs.flows.iter().map(|flow| flow.mirrored()).collect();
        assert!(!ours.flows.is_empty());
        for (paid, received) in ours.flows.iter().zip(&received) {
            assert_eq!(
                (paid.month, paid.kind, paid.tranche),
                (received.month, received.kind, received.tranche)
            );
            assert_eq!(paid.micros + received.micros, 0);
        }
        assert_eq!(ours.flows.len(), received.len());
        recount(&buyer, &drawn, &ours.flows);
    }
}

/// A purchase that is due on shipment is paid so long after the same draw that the tranche waits for.
#[test]
fn what_is_paid_on_shipment_moves_with_the_drawn_shipment() {
    let text = std::fs::read_to_string(books().join("one-rack/book.toml")).unwrap();
    let slips = "accelerators.slip.median = \"4 months\"\naccelerators.promised";
    let text = text.replace("uncertainty = \"none\"\n", "");
    let book = of_text(&text.replacen("accelerators.promised", slips, 1));
    let valuer = Valuer::new(&book);
    let system = offtake_adequacy::System::new(&book, 5).unwrap();
    let mut runner = offtake_adequacy::SupplyRunner::new(&system);
    let asked = Asked { side: Side::Seller, usage: Use::Taken, wait: 12, seed: 5 };
    let request = ValueRequest { asked, samples: 200, dispatched: 200, threads: 1 };
    let mut paid = Vec::new();
    let mut keep = |_, flows: &[Flow]| {
        paid.push(flows.iter().find(|flow| flow.kind == FlowKind::Purchase).map(|f| f.month));
        Ok(())
    };
    run(&book, &request, &Silent, &mut keep).unwrap();
    let mut shipped = Vec::new();
    for (sample, paid) in paid.iter().enumerate() {
        system.sampler.draw_shipped(sample as u64, &mut shipped);
        let life = runner.draw(sample as u64, Causes::ALL).lives[0];
        assert!(life.start.is_none_or(|start| shipped[0].is_some_and(|hour| hour <= start)));
        let due = shipped[0].map(|hour| valuer.calendar.month_of_hour(hour + 30 * 24));
        assert_eq!(*paid, due, "sample {sample}");
    }
    let months: std::collections::BTreeSet<_> = paid.iter().flatten().collect();
    assert!(months.len() > 6 && paid.contains(&None), "{months:?}");
}

/// Counts the fees of a sample once more, with arithmetic of its own: hour by hour within the horizon from lives alone, as
/// far as nothing is out or broken it is the most that can be billed.
fn recount(book: &Book, drawn: &offtake_value::Drawn<'_>, flows: &[Flow]) {
    let contract = book.contracts.values().next().expect("a contract");
    let axis = offtake_model::Axis::new(book.from, book.until);
    let pools = offtake_position::pools(book, &axis);
    let total = 9.7e9_f64;
    let hours: f64 = contract.tranches.iter().map(|t| t.gpus.count() as f64 * 43_824.0).sum();
    for (index, month) in axis.months().iter().enumerate() {
        let available: f64 =
            (0..pools.len()).map(|pool| drawn.available.at(pool, index as i32)).sum();
        let billed: i128 = flows
            .iter()
            .filter(|f| f.month == index as i32 && f.kind == FlowKind::Fee)
            .map(|f| f.micros)
            .sum();
        let expected = -available * total / hours;
        let _ = month;
        assert!((billed as f64 / 1e6 - expected).abs() < 0.01, "{billed} for {expected}");
    }
}

#[test]
fn samples_that_are_not_dispatched_use_what_those_of_their_scenario_use() {
    let book = book("microsoft-2025-11");
    let all = request(Side::Buyer, Use::Dispatched, 60);
    let some = ValueRequest { dispatched: 24, ..all };
    let ((whole, every, _), (part, flows, valued)) = (value(&book, &all), value(&book, &some));
    assert_eq!((part.samples, part.dispatched), (60, 24));
    assert_eq!(flows[..24], every[..24], "what is dispatched is as it was");
    assert!(valued.samples.iter().enumerate().all(|(i, kept)| kept.work.is_some() == (i < 24)));
    // What is supplied is drawn for all, and what hangs on work is that of the first.
    let first = value(&book, &request(Side::Buyer, Use::Dispatched, 24)).0;
    assert_eq!(part.totals.delivered, whole.totals.delivered);
    assert_eq!(part.totals.unserved, first.totals.unserved);
    assert_eq!(part.work, first.work);
    // Use is no more than what is there, and costs about as much as where each sample is dispatched.
    let at = |value: &Valuation| value.contracts.iter().position(|c| c.id.starts_with("coreweave"));
    let place = at(&part).expect("the contract that is paid by use");
    assert!(valued.samples.iter().all(|kept| {
        let contract = &kept.contracts[place];
        contract.used <= contract.delivered && contract.used > 0.0
    }));
    let (a, b) = (&whole.contracts[place].billed, &part.contracts[place].billed);
    assert!((a.mean - b.mean).abs() <= 0.002 * a.mean, "{a:?} and {b:?}");
    let threads = ValueRequest { threads: 3, ..some };
    assert_eq!(value(&book, &threads).1, flows);
}

#[test]
fn the_same_seed_gives_the_same_flows_on_any_number_of_threads() {
    let book = book("microsoft-2025-11");
    let one = ValueRequest { threads: 1, ..request(Side::Buyer, Use::Taken, 40) };
    let (a, flows, _) = value(&book, &one);
    let (b, others, _) = value(&book, &ValueRequest { threads: 3, ..one });
    assert_eq!(flows, others);
    assert_eq!(a, b);
}

#[test]
fn samples_that_were_dispatched_already_need_not_be_once_more() {
    let book = book("microsoft-2025-11");
    let asked = request(Side::Buyer, Use::Dispatched, 12);
    let once =
        offtake_study::Request { seed: 1, samples: 0..12, threads: 2, extras: false, until: None };
    let (part, _) = offtake_study::run(&book, "", &once, &Silent).unwrap();
    let (value, flows, _) = value(&book, &asked);
    let mut others = Vec::new();
    let mut keep = |_, of: &[Flow]| {
        others.push(of.to_vec());
        Ok(())
    };
    let valued = run_on(&book, &asked, &part.records, (&Silent, &mut keep)).unwrap();
    assert_eq!(flows, others);
    assert_eq!(value, results(&book, &asked, &valued));
}

#[test]
fn supply_alone_is_what_dispatch_sees() {
    let book = book("microsoft-2025-11");
    let system = offtake_adequacy::System::new(&book, 1).unwrap();
    let mut alone = offtake_adequacy::SupplyRunner::new(&system);
    let mut whole = offtake_adequacy::Runner::new(&system);
    for sample in 0..4 {
        let _ = whole.record(sample, Causes::ALL);
        let (a, b) = (alone.draw(sample, Causes::ALL), whole.supplied());
        assert_eq!((a.lives, a.available, a.scenario), (b.lives, b.available, b.scenario));
    }
}

const LATE: &str = "format = 1\nas_of = 2026-01-01\nfrom = 2026-01-01\nuntil = 2028-01-01\n\
    [defaults]\nuncertainty = \"none\"\n\
    [contract.acme]\naccelerator = \"gb300-nvl72\"\nterm = \"24 months\"\nprice.per_gpu_hour = \"3 USD/GPUh\"\n\
    prepayment.share = \"20 %\"\nprepayment.due = \"promised\"\nlate.grace = \"0 d\"\nlate.terminate_after = \"60 d\"\n";

/// Two tranches, of which the first comes half a year late.
fn late(clauses: &str) -> (Book, Vec<Flow>) {
    let text = format!(
        "{LATE}{clauses}[market.gb300-nvl72]\nprice = \"2 USD/GPUh\"\nvolatility = \"0 %\"\ntrend = \"1 times/year\"\n\
         [tranche.acme.first]\ngpus = 72\npromised = 2026-03-01\nhall_ready.promised = 2026-09-01\nacceptance = \"0 d\"\n\
         [tranche.acme.second]\ngpus = 72\npromised = 2026-12-01\nacceptance = \"0 d\"\n"
    );
    let reading = read_book_bytes("late.toml", text.as_bytes());
    let book = reading.book.expect("the book was read");
    let (_, mut flows, _) = value(&book, &request(Side::Buyer, Use::Taken, 1));
    (book, flows.remove(0))
}

#[test]
fn a_right_to_terminate_is_used_as_the_contract_says() {
    let ended = |clauses: &str| {
        let (_, flows) = late(clauses);
        let refunds = flows.iter().filter(|flow| flow.kind == FlowKind::PrepaymentRefund);
        refunds.map(|flow| (flow.tranche.unwrap(), flow.month)).collect::<Vec<_>>()
    };
    // 60 days after 1 March is 30 April.
    assert_eq!(ended("late.exercise = \"never\"\n"), []);
    assert_eq!(ended("late.exercise = \"always\"\n"), [(0, 3)]);
    // The market asks 2 USD, the contract 3.
    assert_eq!(ended("late.exercise = \"if-cheaper\"\n"), [(0, 3)]);
    // The second tranche is not prepaid before its promised day, so nothing is paid back for it.
    let (_, flows) = late("late.exercise = \"always\"\nlate.first_ends_all = true\n");
    assert!(flows.iter().all(|flow| flow.kind != FlowKind::Fee), "{flows:?}");
}

#[test]
fn a_contract_that_never_starts_is_credited_up_to_the_cap_and_paid_back() {
    let text = format!(
        "{LATE}gpus = 72\npromised = 2026-03-01\nslip.never = \"100 %\"\nslip.median = \"4 months\"\nlate.cap = \"2 monthly fees\"\n"
    );
    let reading = read_book_bytes("never.toml", text.as_bytes());
    let Some(book) = reading
        .book
        .filter(|_| !reading.findings.iter().any(|f| f.severity == offtake_model::Severity::Error))
    else {
        // A book that says so in advance is an error of its own.
        return;
    };
    let (value, flows, _) = value(&book, &request(Side::Buyer, Use::Taken, 5));
    for of in flows {
        let sum = |kind: FlowKind| -> i128 {
            of.iter().filter(|flow| flow.kind == kind).map(|flow| flow.micros).sum()
        };
        assert_eq!(sum(FlowKind::Fee), 0);
        assert_eq!(sum(FlowKind::Prepayment), -sum(FlowKind::PrepaymentRefund));
        assert!(sum(FlowKind::DelayCredit) > 0);
    }
    assert!(value.contracts[0].per_hour[1].is_none());
}

#[test]
fn a_book_without_a_priced_contract_has_nothing_to_value() {
    let book = book("tutorial/01-ten-lines.toml");
    let (value, flows, _) = value(&book, &request(Side::Buyer, Use::Dispatched, 3));
    assert!(value.contracts.is_empty() && value.cash_flows.is_empty());
    assert!(flows.iter().all(Vec::is_empty));
    assert_eq!(value.without_price.len(), 1);
}

#[test]
fn money_in_another_currency_is_turned_into_the_books() {
    let text = "format = 1\nas_of = 2026-01-01\nfrom = 2026-01-01\nuntil = 2027-01-01\n[fx]\nEUR = \"1.16 USD\"\n\
        [defaults]\nuncertainty = \"none\"\n[contract.acme]\naccelerator = \"gb300-nvl72\"\ngpus = 72\n\
        promised = 2026-01-01\ndelivered = 2026-01-01\nterm = \"1 year\"\nprice.per_gpu_hour = \"2 EUR/GPUh\"\n";
    let (_, flows, _) = value(&of_text(text), &request(Side::Buyer, Use::Taken, 1));
    let first = flows[0].iter().find(|flow| flow.kind == FlowKind::Fee).unwrap();
    assert_eq!(first.micros, -72 * 744 * 2_320_000);
    assert_eq!(first.on, On::Contract(0));
}

#[test]
fn absurd_numbers_are_settled_without_a_panic() {
    let text = "format = 1\nas_of = 2026-01-01\nfrom = 2026-01-01\nuntil = 2028-01-01\n[contract.acme]\n\
        accelerator = \"gb300-nvl72\"\ngpus = 1000000000\npromised = 2026-03-01\nterm = \"200 years\"\n\
        price.total = \"900000000000 GUSD\"\nescalator = \"1000 times/year\"\nprepayment.share = \"100 %\"\n\
        late.credit = \"100000 %/month\"\nlate.grace = \"0 d\"\nlate.cap = \"1000000 monthly fees\"\n\
        late.exercise = \"always\"\npower_passed_through = true\nrenewal.term = \"200 years\"\nsublease = true\n\
        prepayment.due = \"shipped + 200 years\"\nsla.availability = \"100 %\"\n\
        [workload.w]\nlevel = \"500000000 GPU\"\n";
    for escalated in [
        text.to_owned(),
        text.replace(
            "price.total = \"900000000000 GUSD\"",
            "price.per_gpu_hour = \"100 GUSD/GPUh\"",
        ),
    ] {
        let Some(book) = read_book_bytes("absurd.toml", escalated.as_bytes()).book else {
            continue;
        };
        let (value, ..) = value(&book, &request(Side::Buyer, Use::Dispatched, 6));
        assert_eq!(value.contracts.len(), 1);
    }
}

#[test]
fn a_tranche_is_named_by_its_place_in_the_contract() {
    let book = book("microsoft-2025-11");
    let valuer = Valuer::new(&book);
    for deal in &valuer.deals {
        for (index, lot) in deal.tranches.iter().enumerate() {
            let id: &TrancheId = &valuer.pools[lot.pool].tranche;
            assert_eq!(id, &deal.contract.tranches[index].id);
        }
    }
}
