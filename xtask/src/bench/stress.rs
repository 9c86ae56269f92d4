//! Counterfactuals and an offer on a book of real size, and what their cost grows with.

use super::Effort;
use super::book::BOOK;
use super::clock::{Times, processor_seconds, seconds, short, timed};
use crate::tables;
use offtake_adequacy::{Choice, Counterfactual, System, counterfactuals};
use offtake_book::{in_service, read_book_with, signed};
use offtake_model::{Book, ContractId, Id, Offer};
use offtake_study::{Silent, StressRequest, offer, stress};
use offtake_units::{Gpus, Money, Per, Price, Quantity, Share, Span};

const THREADS: usize = 2;
const SAMPLES: u64 = 1_000;
/// Futures that `offtake offer` draws when nobody says how many.
const OFFER_SAMPLES: u64 = 250;
/// What is aimed at, on two cores.
const STRESS_S: f64 = 15.0;
const LEAST_COUNTERFACTUALS: usize = 40;
const OFFER_S: f64 = 3.0;

pub(super) fn measure(effort: Effort) -> Result<String, String> {
    let book = tables::read(&tables::root().join(BOOK))?;
    let samples = effort.pick(16, SAMPLES);
    let whole = run(&book, (samples, None), usize::MAX)?;
    let each = run(&book, (samples, Some(1)), usize::MAX)?;
    let growth: Vec<String> = [0, 1, 10]
        .into_iter()
        .map(|count| {
            run(&book, (samples, Some(1)), count).map(|found| found.row(&format!("{count}")))
        })
        .collect::<Result<_, _>>()?;
    let offer = offer_s(&book, effort.pick(16, OFFER_SAMPLES))?;
    let met = |is_met: bool| if is_met { "met" } else { "missed" };
    Ok(format!(
        "| `{BOOK}`, {samples} samples of eight quarters, {THREADS} threads | measured | target | |\n|---|---:|---:|---|\n\
         | all single counterfactuals | {} | at least {LEAST_COUNTERFACTUALS} | {} |\n\
         | seconds for all of them | {} | at most {} | {} |\n\
         | one offer with two alternatives, {} samples of the whole horizon | {} | at most {} | {} |\n\n\
         | counterfactuals beside the base | seconds | processor time |\n|---:|---:|---:|\n{}\n{}\n{}\n",
        whole.count,
        met(whole.count >= LEAST_COUNTERFACTUALS),
        seconds(whole.wall),
        seconds(STRESS_S),
        met(whole.wall <= STRESS_S),
        effort.pick(16, OFFER_SAMPLES),
        offer.text(),
        seconds(OFFER_S),
        met(offer.median() <= OFFER_S),
        growth.join("\n"),
        each.row(&format!("{} (all), every month served", each.count)),
        whole.row(&format!("{} (all), every fourth month served, as is the default", whole.count)),
    ))
}

struct Found {
    count: usize,
    wall: f64,
    processor: f64,
}

impl Found {
    fn row(&self, count: &str) -> String {
        format!("| {count} | {} | {} |", short(self.wall), short(self.processor))
    }
}

/// Runs the first `most` counterfactuals.
fn run(book: &Book, (samples, every): (u64, Option<u64>), most: usize) -> Result<Found, String> {
    let mut count = 0;
    let list = |system: &System| -> Vec<Counterfactual> {
        let mut all = counterfactuals(book, system, 0);
        all.truncate(most);
        count = all.len();
        all
    };
    let request = StressRequest { seed: 1, samples: 0..samples, threads: THREADS };
    let before = processor_seconds();
    let (ran, wall) = timed(|| stress(book, (&request, every), list, &Silent));
    ran.map_err(|error| error.to_string())?;
    Ok(Found { count, wall: wall.as_secs_f64(), processor: processor_seconds() - before })
}

/// Returns the seconds of an offer of 20,000 GPUs at a site of the book.
fn offer_s(book: &Book, samples: u64) -> Result<Times, String> {
    let made = made(book).ok_or("the book has no site to offer GPUs at")?;
    let day = in_service(&made, book.as_of).ok_or("the offer starts too late")?;
    let text = signed(book, &made, "signed-made", 1, day);
    let reading = read_book_with(&tables::root().join(BOOK), &[("the offer", &text)]);
    let with = reading.book.ok_or("the book cannot be read with the offer")?;
    let offer_id = ContractId::new("signed-made").map_err(|error| error.to_string())?;
    let choice =
        Choice { offer: offer_id, rivals: Vec::new(), wait: 24 * 91, gone: 0.1, capital: 0.0 };
    let request = StressRequest { seed: 1, samples: 0..samples, threads: THREADS };
    let mut times = Vec::new();
    for _ in 0..3 {
        let (ran, wall) = timed(|| offer(&with, (&choice, 3.0), &request, &Silent));
        ran.map_err(|error| error.to_string())?;
        times.push(wall.as_secs_f64());
    }
    Ok(Times::new(times))
}

fn made(book: &Book) -> Option<Offer> {
    let contract = book.contracts.values().find(|contract| contract.seller != book.owner)?;
    let price = Price::new(Money::from_micros(3_000_000, book.currency), Per::GpuHour);
    Some(Offer {
        id: "made".to_owned(),
        seller: contract.seller.clone(),
        site: contract.tranches.first()?.site.clone(),
        accelerator: book.reference_accelerator.clone(),
        block: Gpus::new(20_016),
        blocks: 1,
        start_from: book.from,
        start_until: book.until,
        lead_time: Span::parse("6 months").ok()?,
        price,
        term: Span::parse("60 months").ok()?,
        take_or_pay: Share::new(1.0),
        prepayment: Share::new(0.0),
        open_until: None,
        taken_chance: Share::new(0.0),
    })
}
