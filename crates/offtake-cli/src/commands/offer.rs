//! `offtake offer`: sign this?

use crate::failure::{End, Failure};
use crate::library::{self, Opened};
use crate::output::{check_results, put_results};
use crate::progress::Bar;
use crate::{progress, screen};
use jiff::civil::Date;
use offtake_adequacy::{
    Choice, Counterfactual, OfferResult, Secure, System, alternatives, counterfactuals,
    prepayment_loss,
};
use offtake_book::{in_service, requested, signed};
use offtake_model::{Book, ContractId, Id, Offer, PartyId};
use offtake_report::{
    Head, OfferAnswer, Results, Style, Terms, Verdict, offer_json, offer_tables, offer_text, verdict,
};
use offtake_study::{StressRequest, offer, stress};
use offtake_units::{Quantity, Span};
use std::path::{Path, PathBuf};

/// Sign this? An offer, or a tenant's request, on one page.
///
/// Serves the same futures without the offer, with it, with it some months later (less the chance that it is
/// gone by then) and with the cheapest rival offers in its place, over the whole horizon: what each changes of
/// unserved work, months at risk, cost, exposure and concentration; the price up to which it pays; and what
/// drives it. For a seller the same of an `[opportunity.…]`: what it earns, what it needs in power and capital, and
/// the price from which it pays.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  offtake offer my-book neocloud-a\n  offtake offer my-book new-offer.toml\n  \
                  offtake offer my-book hyperscaler-at-sweetwater\n  offtake offer my-book neocloud-a --blocks 10 --wait \"6 months\"\n  \
                  offtake offer my-book neocloud-a --json | jq '.sign, .breakeven_price'\n  offtake offer my-book neocloud-a --out results\n\n\
                  Exit codes: 0 yes, or too close to call, 1 no, 2 the input is wrong, 130 stopped by Ctrl-C."
)]
pub(crate) struct Arguments {
    /// The book: a `.toml` file, or a folder of them
    book: PathBuf,
    /// The offer, or the opportunity: its id, or a `.toml` file with one that is not in the book
    offer: String,
    /// How many blocks to sign [default: all]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    blocks: Option<i64>,
    /// What waiting means
    #[arg(long, value_name = "SPAN", default_value = "3 months", value_parser = span)]
    wait: Span,
    /// How many rival offers to hold it against, the cheapest of the same type
    #[arg(long, value_name = "N", default_value_t = 2, allow_negative_numbers = true, value_parser = clap::value_parser!(u8).range(0..=8))]
    rivals: u8,
    /// How many futures to draw
    #[arg(long, default_value_t = 250, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    samples: u64,
    /// Futures on which N - 1 is tried, for the kinds that the standards name; 0 to leave that out
    #[arg(long, value_name = "N", default_value_t = 100, allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(0..=100_000))]
    n_minus_1: u64,
    /// Seed of the futures; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print JSON; docs/reference/offer-json.md says what each field is
    #[arg(long)]
    json: bool,
    /// Write JSON, the report and each table as CSV and Parquet into a folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The file by which an earlier result is known.
const MARK: &str = "offer.json";

fn span(text: &str) -> Result<Span, String> {
    Span::parse(text).map_err(|error| error.to_string())
}

/// What findings call the tables of the contracts that offers become.
const SIGNED: &str = "the offer, signed";

/// An offer with its rivals, as contracts of a book.
struct Signed {
    book: Book,
    choice: Choice,
    terms: Terms,
}

impl Arguments {
    /// Asks for one offer of a book as a study does: all its blocks, and no N - 1, which the study has.
    pub(crate) fn of_study(book: &Path, offer: &str, request: &StressRequest) -> Arguments {
        Arguments {
            book: book.to_owned(),
            offer: offer.to_owned(),
            blocks: None,
            wait: Span::from_months(3),
            rivals: 2,
            samples: request.samples.end,
            n_minus_1: 0,
            seed: request.seed,
            threads: u16::try_from(request.threads).ok().filter(|threads| *threads > 0),
            json: true,
            out: None,
        }
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<End, Failure> {
    check_results(arguments.out.as_deref(), MARK)?;
    let opened = library::open(&arguments.book)?;
    opened.tell_warnings(&arguments.book);
    let answered = answer(&opened, &arguments)?;
    deliver(&opened, &answered, &arguments)
}

/// An offer with what came out of it.
struct Answered {
    signed: Signed,
    result: OfferResult,
    secure: Vec<(Secure, Secure)>,
}

fn answer(opened: &Opened, arguments: &Arguments) -> Result<Answered, Failure> {
    let signed = sign(opened, arguments)?;
    let request = StressRequest {
        seed: arguments.seed,
        samples: 0..arguments.samples,
        threads: arguments.threads.map_or(0, usize::from),
    };
    let bar = Bar::new();
    let ran = offer(&signed.book, (&signed.choice, signed.terms.price), &request, &bar);
    bar.clear();
    let result = ran.map_err(Failure::of_study)?;
    let secure = secure(&signed, arguments, &request)?;
    Ok(Answered { signed, result, secure })
}

/// Returns what `offtake offer --json` says of one offer.
pub(crate) fn json(opened: &Opened, arguments: &Arguments) -> Result<serde_json::Value, Failure> {
    let answered = answer(opened, arguments)?;
    let head = Head::new(&opened.book, &opened.hash, env!("CARGO_PKG_VERSION"));
    Ok(offer_json(&answered.answer(opened, &head, arguments.seed)))
}

impl Answered {
    fn answer<'a>(&'a self, opened: &'a Opened, head: &'a Head, seed: u64) -> OfferAnswer<'a> {
        OfferAnswer {
            head,
            currency: opened.book.currency.code(),
            seed,
            terms: &self.signed.terms,
            result: &self.result,
            secure: &self.secure,
        }
    }
}

/// Finds the offer (or request) and its rivals, and reads the book with all of them signed.
fn sign(opened: &Opened, arguments: &Arguments) -> Result<Signed, Failure> {
    let (text, known) = with_file(arguments)?;
    let book = known.as_ref().unwrap_or(&opened.book);
    if let Some(id) = request_of(opened, book, &arguments.offer) {
        return accept(book, &id, &text, arguments);
    }
    let found = find(opened, book, &arguments.offer)?;
    let day = book.as_of;
    if let Some(until) = found.open_until.filter(|until| *until < day) {
        return Err(Failure::input(format!("the offer `{}` closed on {until}", found.id)));
    }
    let promised = in_service(found, day).ok_or_else(|| too_late(found, day))?;
    let blocks = arguments.blocks.unwrap_or(found.blocks).min(found.blocks);
    let gpus = found.block.count() * blocks;
    let mut texts = vec![signed(book, found, &name_of(&found.id), blocks, promised)];
    let mut rivals = Vec::new();
    for rival in rivals_of(book, found, arguments.rivals) {
        let Some(start) = in_service(rival, day) else { continue };
        let blocks = (gpus + rival.block.count() - 1) / rival.block.count().max(1);
        texts.push(signed(book, rival, &name_of(&rival.id), blocks, start));
        rivals.push((rival.id.clone(), contract_id(&rival.id)?));
    }
    let whole = read_signed(
        &arguments.book,
        &[(arguments.offer.as_str(), text.as_str()), (SIGNED, &texts.join(""))],
    )?;
    let (wait, gone) = waiting(found, day, arguments.wait);
    let offer = contract_id(&found.id)?;
    let at = Place { blocks, promised, toml: texts.swap_remove(0) };
    let terms = terms(&whole, found, &offer, at, arguments);
    Ok(Signed { book: whole, choice: Choice { offer, rivals, wait, gone, capital: 0.0 }, terms })
}

/// Returns the tenant's request that was named, if one was.
fn request_of(opened: &Opened, book: &Book, word: &str) -> Option<String> {
    if book.opportunities.contains_key(word) {
        return Some(word.to_owned());
    }
    let is_new = |id: &&String| !opened.book.opportunities.contains_key(*id);
    word.ends_with(".toml").then(|| book.opportunities.keys().find(is_new).cloned()).flatten()
}

/// Reads the book with a tenant's request accepted.
fn accept(book: &Book, id: &str, text: &str, arguments: &Arguments) -> Result<Signed, Failure> {
    let offer = contract_id(id)?;
    let request = requested(book, id, &name_of(id), book.as_of).map_err(Failure::input)?;
    let whole = read_signed(
        &arguments.book,
        &[(arguments.offer.as_str(), text), (SIGNED, request.toml.as_str())],
    )?;
    let wanted = &book.opportunities[id];
    let hours = wanted.term.hours() * request.gpus as f64;
    let price = book.in_currency(request.price.money());
    let later = request.promised.checked_add(
        arguments.wait.calendar(),
    );
    let wait = later.map_or(0, |later| i64::from((later - request.promised).get_days()) * 24);
    let site = book.sites.get(&request.site);
    let terms = Terms {
        id: id.to_owned(),
        seller: party_name(book, &wanted.party),
        site: site.map_or_else(|| request.site.to_string(), |site| site.name.clone()),
        accelerator: request.accelerator.to_string(),
        gpus: request.gpus,
        promised: request.promised.to_string(),
        price,
        term: wanted.term.to_string(),
        value: price * hours,
        capital: request.capital,
        is_sale: true,
        wait: format!("{}", arguments.wait),
        toml: request.toml,
        ..Terms::default()
    };
    let capital = if hours > 0.0 { request.capital / hours } else { 0.0 };
    let choice = Choice { offer, rivals: Vec::new(), wait, gone: 0.0, capital };
    Ok(Signed { book: whole, choice, terms })
}

fn party_name(book: &Book, id: &PartyId) -> String {
    book.parties.get(id).map_or_else(|| id.to_string(), |party| party.name.clone())
}

/// Reads the file that the offer stands in, where it is not in the book.
fn with_file(arguments: &Arguments) -> Result<(String, Option<Book>), Failure> {
    let path = Path::new(&arguments.offer);
    let is_file = path.extension().is_some_and(|extension| extension == "toml");
    if !is_file {
        return Ok((String::new(), None));
    }
    let text = std::fs::read_to_string(path)
        .map_err(|cause| Failure::input(format!("cannot read `{}`: {cause}", path.display())))?;
    let book = read_signed(&arguments.book, &[(arguments.offer.as_str(), text.as_str())])?;
    Ok((text, Some(book)))
}

fn read_signed(path: &Path, more: &[(&str, &str)]) -> Result<Book, Failure> {
    library::read_with(path, more, "the book cannot be read with the offer in it")
}

fn find<'a>(opened: &Opened, book: &'a Book, word: &str) -> Result<&'a Offer, Failure> {
    let is_new = |offer: &&Offer| !opened.book.offers.contains_key(&offer.id);
    if let Some(offer) = book.offers.get(word) {
        return Ok(offer);
    }
    if word.ends_with(".toml") {
        return book.offers.values().find(is_new).ok_or_else(|| {
            Failure::input(format!("`{word}` holds no offer that is not in the book yet"))
                .hint("write one, as in `[offer.neocloud-a]`; docs/reference/book.md has its keys")
        });
    }
    let failure = Failure::input(format!("the book has no offer `{word}`"));
    let names = book.offers.keys().chain(book.opportunities.keys()).map(String::as_str);
    let near = library::nearest(word, names);
    Err(match near {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None if book.offers.is_empty() && !book.opportunities.is_empty() => {
            let names: Vec<String> = book.opportunities.keys().map(|id| format!("`{id}`")).collect();
            failure.hint(format!("it has the opportunities {}", names.join(", ")))
        }
        None if book.offers.is_empty() => failure.hint(
            "it has none at all: add `[offer.neocloud-a]`, or give a file with one; docs/reference/book.md has its keys",
        ),
        None => {
            let names: Vec<String> = book.offers.keys().map(|id| format!("`{id}`")).collect();
            failure.hint(format!("it has {}", names.join(", ")))
        }
    })
}

fn too_late(offer: &Offer, day: Date) -> Failure {
    Failure::input(format!(
        "the offer `{}` may start until {}, and {} from {day} on is later",
        offer.id, offer.start_until, offer.lead_time
    ))
    .hint("correct `start.until` or `lead_time`")
}

fn name_of(offer: &str) -> String {
    format!("signed-{offer}")
}

fn contract_id(offer: &str) -> Result<ContractId, Failure> {
    ContractId::new(&name_of(offer)).map_err(|_| Failure::input("the offer's id is too long"))
}

/// Returns the cheapest other open offers of the same type.
fn rivals_of<'a>(book: &'a Book, offer: &Offer, most: u8) -> Vec<&'a Offer> {
    let is_rival = |other: &&Offer| {
        other.id != offer.id
            && other.accelerator == offer.accelerator
            && other.open_until.is_none_or(|until| until >= book.as_of)
    };
    let mut rivals: Vec<&Offer> = book.offers.values().filter(is_rival).collect();
    rivals.sort_by_key(|other| (other.price.money().micros(), other.id.clone()));
    rivals.truncate(usize::from(most));
    rivals
}

/// Returns the hours that waiting takes, and the chance that the offer is gone by then.
fn waiting(offer: &Offer, day: Date, wait: Span) -> (i64, f64) {
    let later = day
        .checked_add(wait.calendar())
        .unwrap_or(Date::MAX);
    let hours = (in_service(offer, later).unwrap_or(later) - in_service(offer, day).unwrap_or(day))
        .get_days();
    let is_closed = offer.open_until.is_some_and(|until| until < later);
    let starts_too_late = in_service(offer, later).is_none();
    let quarters = wait.days() / 91.31;
    let gone = if is_closed || starts_too_late {
        1.0
    } else {
        1.0 - (1.0 - offer.taken_chance.part()).powf(quarters)
    };
    (i64::from(hours) * 24, gone)
}

/// How much is signed, from when, and the table that says so.
struct Place {
    blocks: i64,
    promised: Date,
    toml: String,
}

fn terms(book: &Book, offer: &Offer, id: &ContractId, at: Place, arguments: &Arguments) -> Terms {
    let gpus = offer.block.count() * at.blocks;
    let contract = book.contracts.get(id);
    let hours = offer.term.hours();
    let price = book.in_currency(offer.price.money());
    let value = price * gpus as f64 * hours;
    let prepayment = value * offer.prepayment.part();
    let failure = book.parties.get(&offer.seller).map_or(0.0, |party| party.failure.value());
    let wait = format!("{}", arguments.wait);
    let (_, gone) = waiting(offer, book.as_of, arguments.wait);
    Terms {
        id: offer.id.clone(),
        seller: party_name(book, &offer.seller),
        site: book.sites.get(&offer.site).map_or_else(|| offer.site.to_string(), |s| s.name.clone()),
        accelerator: offer.accelerator.to_string(),
        gpus,
        promised: at.promised.to_string(),
        price,
        term: offer.term.to_string(),
        open_until: offer.open_until.map(|day| day.to_string()),
        value,
        prepayment,
        prepayment_loss: contract.map_or(0.0, |c| prepayment_loss(c, failure, prepayment)),
        wait: format!("{wait}; gone by then with {:.0} % chance", gone * 100.0),
        toml: at.toml,
        ..Terms::default()
    }
}

/// Returns the verdicts of N - 1 without and with the offer, for the kinds that the standards name.
fn secure(
    signed: &Signed,
    arguments: &Arguments,
    request: &StressRequest,
) -> Result<Vec<(Secure, Secure)>, Failure> {
    let book = &signed.book;
    let asks = |kind: &str| {
        book.standards.iter().any(|standard| standard.n_minus_1.iter().any(|asked| asked == kind))
    };
    if arguments.n_minus_1 == 0 || !book.standards.iter().any(|s| !s.n_minus_1.is_empty()) {
        return Ok(Vec::new());
    }
    let request =
        StressRequest { samples: 0..arguments.n_minus_1.min(arguments.samples), ..request.clone() };
    let with = |alternative: usize| {
        let list = |system: &System| -> Vec<Counterfactual> {
            let effects = alternatives(system, &signed.choice).swap_remove(alternative);
            let all = counterfactuals(book, system, 0).into_iter();
            all.filter(|c| c.kind.loses_one().is_some_and(asks))
                .map(|c| Counterfactual {
                    effects: effects.iter().cloned().chain(c.effects).collect(),
                    ..c
                })
                .collect()
        };
        let bar = Bar::new();
        let ran = stress(book, (&request, Some(1)), list, &bar);
        bar.clear();
        ran.map(|stresses| stresses.secure).map_err(Failure::of_study)
    };
    Ok(with(0)?.into_iter().zip(with(1)?).collect())
}

fn deliver(
    opened: &Opened,
    answered: &Answered,
    arguments: &Arguments,
) -> Result<End, Failure> {
    if progress::is_stopped() {
        return Err(Failure::stopped());
    }
    let head = Head::new(&opened.book, &opened.hash, env!("CARGO_PKG_VERSION"));
    let answer = answered.answer(opened, &head, arguments.seed);
    if let Some(folder) = &arguments.out {
        let results = Results {
            mark: MARK,
            json: &offer_json(&answer),
            text: &offer_text(&answer, Style::plain(100)),
            tables: &offer_tables(&answer),
        };
        put_results(&results, folder)?;
    }
    if arguments.json {
        screen::print(&screen::json_text(&offer_json(&answer)))?;
    } else {
        screen::print(&offer_text(&answer, screen::style()))?;
    }
    Ok(if verdict(&answer) == Verdict::DoNotSign { End::Findings } else { End::Good })
}
