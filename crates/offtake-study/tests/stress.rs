//! Counterfactuals against answers from elsewhere: worked by hand, the book without the party, and `assess`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_adequacy::{
    Causes, Counterfactual, Effect, Family, Kind, Layout, Prices, Runner, StressRow, StressRunner,
    Stresses, System, counterfactuals, pair,
};
use offtake_model::{Book, LevelSeries};
use offtake_study::{Silent, StressRequest, stress};
use std::path::Path;

fn read(text: &str) -> Book {
    let reading = offtake_book::read_book_bytes("book.toml", text.as_bytes());
    reading.book.unwrap_or_else(|| panic!("{:?}", reading.findings))
}

fn read_file(path: &str) -> Book {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../books");
    offtake_book::read_book(&folder.join(path)).book.expect("an example book reads")
}

fn request(samples: u64) -> StressRequest {
    StressRequest { seed: 1, samples: 0..samples, threads: 1 }
}

fn all(book: &Book, samples: u64) -> Stresses {
    some(book, samples, 1)
}

/// Serves every so-manieth month.
fn some(book: &Book, samples: u64, every: u64) -> Stresses {
    let list = |system: &System| counterfactuals(book, system, 0);
    stress(book, (&request(samples), Some(every)), list, &Silent).expect("the book is served")
}

fn rows(system: &System, book: &Book, list: &[Counterfactual], samples: u64) -> Vec<StressRow> {
    let prices = Prices::new(book, system);
    let effects: Vec<&[Effect]> = list.iter().map(|c| c.effects.as_slice()).collect();
    let mut runner = StressRunner::new(system, &prices, &effects, (system.headline_months, 1));
    (0..samples).map(|sample| runner.row(sample)).collect()
}

/// Two suppliers of two racks each on a grid of their own, work for three racks, nothing uncertain, a year.
const PLAIN: &str = r#"
format  = 1
as_of   = 2025-12-01
from    = 2026-01-01
until   = 2027-01-01
headline_quarters = 4
[defaults]
uncertainty = "none"
[standard.1]
unserved  = "100 ppm"
n_minus_1 = ["supplier"]
[grid.north]
[grid.south]
[site.a]
grid = "north"
[site.b]
grid = "south"
[party.one]
[party.two]
[party.idle]
[contract.one]
seller      = "one"
site        = "a"
accelerator = "gb300-nvl72"
racks       = 2
delivered   = 2025-12-01
price.per_gpu_hour = "3 USD/GPUh"
[contract.two]
seller      = "two"
site        = "b"
accelerator = "gb300-nvl72"
racks       = 2
delivered   = 2025-12-01
price.per_gpu_hour = "2 USD/GPUh"
[workload.work]
level          = "216 GPU"
growth         = "1 times/year"
tenant         = "idle"
unserved_value = "10 USD/GPUh"
[stress.half-of-b]
site  = "b"
depth = "50 %"
from  = 2026-03-01
until = 2026-03-11
"#;

fn find<'a>(stresses: &'a Stresses, id: &str) -> &'a offtake_adequacy::StressResult {
    stresses.stresses.iter().find(|s| s.id == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn losing_a_supplier_leaves_what_a_hand_can_work_out() {
    let found = all(&read(PLAIN), 2);
    let per_year = 8_766.0 / 8_760.0;
    assert_eq!(found.base.eue.mean, 0.0);
    assert_eq!(found.base.secure, Some(true));
    // 216 GPUs are wanted all year and 144 are left: 72 GPUs are missing in 8,760 hours.
    let gone = find(&found, "supplier-gone:one");
    assert!((gone.delta.eue.mean - 72.0 * 8_760.0 * per_year).abs() < 1.0);
    assert!((gone.delta.lolh.mean - 8_760.0 * per_year).abs() < 1e-6);
    assert!((gone.unserved_share.mean - 1.0 / 3.0).abs() < 1e-6);
    assert_eq!(gone.secure, Some(false));
    // 144 GPUs at 3 dollars are not paid; 72 at 10 are lost.
    let fees = -144.0 * 3.0 * 8_760.0 * per_year;
    assert!((gone.delta.fees.mean - fees).abs() < 1.0, "{}", gone.delta.fees.mean);
    let lost = 72.0 * 10.0 * 8_760.0 * per_year;
    assert!((gone.delta.cost.mean - (fees + lost)).abs() < 10.0);
    // Half of two racks for ten days leaves three racks, which is enough; and of b one rack is not paid.
    let own = find(&found, "written:half-of-b");
    assert_eq!(own.delta.eue.mean, 0.0);
    let unpaid = -72.0 * 2.0 * 240.0 * per_year;
    assert!((own.delta.fees.mean - unpaid).abs() < 1e-6, "{}", own.delta.fees.mean);
}

#[test]
fn what_has_no_capacity_changes_nothing_to_the_last_bit() {
    let found = all(&read_file("microsoft-2025-11"), 8);
    for id in ["grid-curtailed:no4", "grid-curtailed:mibel"] {
        let still = find(&found, id);
        for delta in [still.delta.eue, still.delta.firm_eue, still.delta.lolh, still.delta.cost] {
            assert_eq!((delta.mean, delta.standard_error), (0.0, 0.0), "{id}");
        }
    }
}

#[test]
fn the_base_is_what_assess_serves() {
    let book = read_file("microsoft-2025-11");
    let system = System::new(&book, 1).unwrap();
    let list = counterfactuals(&book, &system, 0);
    let layout = Layout::of(&system);
    let mut runner = Runner::new(&system);
    for row in rows(&system, &book, &list, 2) {
        let record = runner.record(row.sample, Causes::ALL);
        let month = |block: usize| {
            (0..layout.headline).map(move |m| (block, m)).collect::<Vec<(usize, usize)>>()
        };
        let unserved: f64 = (0..layout.blocks)
            .flat_map(month)
            .map(|(block, m)| record.row[layout.at(Family::Unserved, block, m)])
            .sum();
        let found = row.base_unserved();
        // Single precision: `assess` serves a month tile by tile, which rounds otherwise.
        assert!((found - unserved).abs() <= 1e-7 * unserved, "{found} and {unserved}");
    }
}

#[test]
fn a_supplier_that_is_gone_leaves_what_a_book_without_it_leaves() {
    let book = read_file("microsoft-2025-11");
    let system = System::new(&book, 1).unwrap();
    let list: Vec<Counterfactual> = counterfactuals(&book, &system, 0)
        .into_iter()
        .filter(|c| c.kind == Kind::SupplierGone)
        .collect();
    let with = rows(&system, &book, &list, 3);
    for (index, counterfactual) in list.iter().enumerate() {
        let mut without = book.clone();
        without.contracts.retain(|_, contract| contract.seller.to_string() != counterfactual.party);
        let system = System::new(&without, 1).unwrap();
        let other = rows(&system, &without, &[], 3);
        let width = with[0].row.len() - system_pools(&book);
        let width = width / (list.len() + 1);
        for (with, without) in with.iter().zip(&other) {
            let (found, expected) = (with.row[(index + 1) * width], without.base_unserved());
            // Single precision, with other groups: a millionth.
            assert!(
                (found - expected).abs() <= 2e-6 * expected,
                "{}: {found} and {expected}",
                counterfactual.id
            );
        }
    }
}

fn system_pools(book: &Book) -> usize {
    System::new(book, 1).unwrap().pools.len()
}

#[test]
fn a_greater_loss_is_never_less() {
    let book = read_file("microsoft-2025-11");
    let found = all(&book, 8);
    let size = |id: &str| find(&found, id).delta.eue.mean;
    let nested = [
        ("delivery-late:nebius.rest", "supplier-gone:nebius"),
        ("delivery-late:iren-childress.horizon-4", "delivery-late:iren-childress.horizon-1"),
        ("delivery-late:iren-childress.horizon-1", "site-lost:childress"),
        ("site-lost:barstow", "supplier-gone:nscale"),
        ("site-lost:childress", "grid-lost:ercot"),
        ("grid-curtailed:ercot", "grid-lost:ercot"),
        ("server-maker-stops:dell", "gpu-maker-stops:nvidia"),
        ("recall:gb300-nvl72", "gpu-maker-stops:nvidia"),
    ];
    for (less, more) in nested {
        assert!(size(less) <= size(more) * (1.0 + 1e-6), "{less} and {more}");
        assert!(size(less) > 0.0, "{less} moves something");
    }
}

/// A year of which nothing is uncertain, so that all there is to an error is the lot of the first month.
#[test]
fn every_fourth_month_is_expected_to_be_what_all_are() {
    let (whole, part) = (all(&read(PLAIN), 2), some(&read(PLAIN), 400, 4));
    assert_eq!(part.base, all(&read(PLAIN), 400).base);
    for id in ["supplier-gone:one", "supplier-gone:two", "written:half-of-b"] {
        let (whole, part) = (find(&whole, id).delta, find(&part, id).delta);
        for (is, found) in [(whole.eue, part.eue), (whole.lolh, part.lolh), (whole.fees, part.fees)]
        {
            let off = (found.mean - is.mean).abs();
            assert!(off <= 4.0 * found.standard_error + 1e-6, "{id}: {found:?} for {}", is.mean);
        }
    }
    // Of four months in a row one is served, so a loss of all year is known to a hundredth of its size.
    let gone = find(&part, "supplier-gone:one").delta.eue;
    assert!(gone.standard_error > 0.0 && gone.standard_error < 0.01 * gone.mean, "{gone:?}");
}

#[test]
fn what_holds_of_all_months_holds_of_every_fourth() {
    let book = read_file("microsoft-2025-11");
    let (whole, part) = (all(&book, 8), some(&book, 8, 4));
    assert_eq!(part.base, whole.base);
    assert_eq!(find(&part, "grid-curtailed:no4").delta.eue.standard_error, 0.0);
    let size = |id: &str| find(&part, id).delta.eue.mean;
    assert!(size("site-lost:barstow") <= size("supplier-gone:nscale"));
    assert!(size("recall:gb300-nvl72") <= size("gpu-maker-stops:nvidia"));
    assert!(size("delivery-late:nebius.rest") <= size("supplier-gone:nebius"));
    assert!(size("recall:gb300-nvl72") > 0.0);
}

#[test]
fn two_at_once_cost_no_less_than_either_and_the_order_does_not_matter() {
    let book = read_file("microsoft-2025-11");
    let run = |first: &'static str, second: &'static str| {
        let list = |system: &System| {
            let all = counterfactuals(&book, system, 0);
            let find = |id: &str| all.iter().find(|c| c.id == id).unwrap().clone();
            let (a, b) = (find(first), find(second));
            vec![pair(&a, &b), a, b]
        };
        stress(&book, (&request(16), Some(1)), list, &Silent).unwrap()
    };
    let (iren, demand) = ("supplier-gone:iren", "demand-up:scenario");
    let (one, other) = (run(iren, demand), run(demand, iren));
    let both = find(&one, "supplier-gone:iren+demand-up:scenario").delta;
    assert!(both.eue.mean >= find(&one, iren).delta.eue.mean);
    assert!(both.eue.mean >= find(&one, demand).delta.eue.mean);
    assert_eq!(both, find(&other, "demand-up:scenario+supplier-gone:iren").delta);
}

#[test]
fn threads_change_no_bit() {
    let book = read_file("tutorial/03-second-supplier.toml");
    let run = |threads: usize| {
        let request = StressRequest { threads, ..request(40) };
        stress(&book, (&request, Some(1)), |system| counterfactuals(&book, system, 0), &Silent)
            .unwrap()
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn on_the_sellers_side_a_tenant_that_is_gone_takes_its_fees_and_its_claim() {
    let text = PLAIN
        .replace("as_of   = 2025-12-01\n", "as_of   = 2025-12-01\nowner   = \"one\"\n")
        .replace("[contract.one]\n", "[contract.one]\nbuyer = \"idle\"\n")
        .replace(
            "[contract.two]\nseller      = \"two\"\n",
            "[contract.two]\nseller      = \"two\"\nbuyer = \"one\"\n",
        );
    let found = all(&read(&text), 2);
    let gone = find(&found, "tenant-gone:idle");
    let per_year = 8_766.0 / 8_760.0;
    // 144 GPUs earned 3 dollars an hour.
    let fees = 144.0 * 3.0 * 8_760.0 * per_year;
    assert!((gone.delta.fees.mean - fees).abs() < 1.0, "{}", gone.delta.fees.mean);
    assert!(gone.delta.eue.mean <= 0.0);
}

/// A book that is made ready from one that is alike is the same as one made ready alone, whatever moved between them.
#[test]
fn what_is_taken_over_from_a_book_that_is_alike_is_what_would_have_been_made() {
    let base = read_file("tutorial/07-offers.toml");
    let known = System::new(&base, 1).unwrap();
    type Change = (&'static str, fn(&mut Book));
    let changes: [Change; 6] = [
        ("nothing", |_| {}),
        ("the horizon", |book| book.until = book.headline_until()),
        ("growth", |book| {
            let workload = book.workloads.values_mut().next().unwrap();
            if let LevelSeries::Grown { growth, .. } = &mut workload.series {
                *growth = None;
            }
        }),
        ("a workload's speed", |book| {
            let workload = book.workloads.values_mut().next().unwrap();
            workload.speed.values_mut().for_each(|speed| *speed *= 0.5);
        }),
        ("work", |book| book.workloads = book.workloads.clone().into_iter().skip(1).collect()),
        ("a contract", |book| {
            book.contracts = book.contracts.clone().into_iter().skip(1).collect()
        }),
    ];
    for (what, change) in changes {
        let mut book = base.clone();
        change(&mut book);
        let like = System::like(&book, 1, (&base, &known)).unwrap();
        let alone = System::new(&book, 1).unwrap();
        let alone = format!("{alone:?}");
        assert!(format!("{like:?}") == alone, "{what}");
        assert!(what == "nothing" || alone != format!("{known:?}"), "{what} changes nothing");
    }
}
