//! `cargo xtask finance`: rates of return, present values and sculpted debts, held against two Python libraries
//! that share no code with ours: numpy-financial and pyxirr.
//!
//! Cases are made from a seed, and from the seller's books: what owners and projects receive, and the cash flow
//! that debt is repaid along. Without Python the chore says so and fails; tests do not need it.

use crate::python;
use crate::tables;
use offtake_stdx::{Entity, Purpose, Stream};
use offtake_value::Valuer;
use offtake_value::finance::{Case, Irr, irr, npv};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

const PACKAGES: &[&str] = &["numpy-financial==1.0.0", "pyxirr==0.10.8"];
const MADE: u64 = 400;
const BOOKS: &[&str] = &["iren-2025-11", "iren-2026-07"];
/// Greatest difference, relative to one plus the number.
const APART: f64 = 1e-6;

/// A case with what we say of it.
enum Question {
    Return { flows: Vec<i128>, rate: f64 },
    Cover { rate: f64, drawn: i128, flows: Vec<i128>, dscr: f64 },
}

/// Runs the chore.
pub(crate) fn run(_: &[String]) -> ExitCode {
    match compare() {
        Ok(told) => {
            print!("{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("finance: {why}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<String, String> {
    let mut questions: Vec<Question> = (0..MADE).map(made).collect();
    for name in BOOKS {
        of_book(name, &mut questions)?;
    }
    let answers = ask(&questions)?;
    if answers.len() != questions.len() {
        return Err(format!("{} questions, {} answers", questions.len(), answers.len()));
    }
    let (mut rates, mut several, mut none, mut covers) = (0, 0, 0, 0);
    for (number, (question, answer)) in questions.iter().zip(&answers).enumerate() {
        let held = match question {
            Question::Cover { dscr, .. } => {
                covers += 1;
                near(*dscr, answer[0])
            }
            Question::Return { flows, rate } => {
                let ours = irr(flows);
                match &ours {
                    Irr::One(_) => rates += 1,
                    Irr::Several(_) => several += 1,
                    Irr::None(_) => none += 1,
                }
                agree(&ours, &answer[..2]) && near(npv(flows, *rate, 0), answer[2])
            }
        };
        if !held {
            return Err(format!("case {number} differs: the peers say {answer:?}"));
        }
    }
    Ok(format!(
        "{rates} rates of return, {several} with several roots, {none} without one, {} present values and {covers} \
         covers of sculpted debts agree with {} to {APART:e}\n",
        rates + several + none,
        PACKAGES.join(" and "),
    ))
}

fn near(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= APART * (1.0 + theirs.abs())
}

/// Says whether what the peers found is a root of ours. A peer may find none where its guess led nowhere, and finds
/// one where there are several; it may never find what we do not have, within the range that we look at.
fn agree(ours: &Irr, theirs: &[f64]) -> bool {
    let roots: Vec<f64> = match ours {
        Irr::One(rate) => vec![*rate],
        Irr::Several(rates) => rates.clone(),
        Irr::None(_) => Vec::new(),
    };
    let found = theirs.iter().filter(|rate| !rate.is_nan());
    let mut inside = found.filter(|rate| (-0.99..900.0).contains(*rate));
    inside.all(|rate| roots.iter().any(|root| near(*root, *rate)))
}

/// Makes a series: money in for a while, money back for longer, and in one of four now and then in again.
fn made(number: u64) -> Question {
    let mut stream = Stream::new(1, Purpose::new("peer/flows"), Entity::new(""), number, 0);
    let mut whole = |low: f64, high: f64| libm::round(low + (high - low) * stream.uniform());
    let (build, serve) = (whole(1.0, 18.0) as usize, whole(6.0, 84.0) as usize);
    let mut flows: Vec<i128> = (0..build).map(|_| -(whole(1.0, 1e9) as i128) * 1_000).collect();
    flows.extend((0..serve).map(|_| whole(1.0, 4e8) as i128 * 1_000));
    if number.is_multiple_of(4) {
        let month = whole(0.0, (build + serve - 1) as f64) as usize;
        flows[month] = -flows[month] * 3;
    }
    Question::Return { flows, rate: whole(-10.0, 40.0) / 100.0 }
}

/// Adds what the projects of a book come to when everything is as promised.
fn of_book(name: &str, questions: &mut Vec<Question>) -> Result<(), String> {
    let reading = offtake_book::read_book(&tables::root().join("books").join(name));
    let book = reading.book.ok_or_else(|| format!("books/{name} cannot be read"))?;
    let valuer = Valuer::new(&book);
    for project in book.projects.values() {
        let case = Case::new(&valuer, project);
        let (before, discount) = (case.promised.before_debt(), project.discount.value());
        questions.push(Question::Return { flows: before, rate: discount });
        let (owners, discount) = (case.paid.equity.clone(), project.discount_equity.value());
        questions.push(Question::Return { flows: owners, rate: discount });
        questions.extend(cover(&case));
    }
    Ok(())
}

/// Returns how often the debts cover their service; debts of one rate are one debt.
fn cover(case: &Case<'_>) -> Option<Question> {
    let terms = case.structure.terms();
    let first = terms.first()?;
    let dscr = case.returns.dscr_min?;
    let drawn: i128 = case.structure.drawn().iter().sum();
    let weighed: f64 = terms
        .iter()
        .zip(case.structure.drawn())
        .map(|(term, drawn)| term.rate * *drawn as f64)
        .sum();
    // Of several debts each takes its part of the cash flow, and the parts add up: with rates this close the cover
    // is that of their mean to a few millionths.
    let flows = case.promised.operating[first.repays_from..=first.matures].to_vec();
    Some(Question::Cover { rate: weighed / drawn as f64, drawn, flows, dscr })
}

fn ask(questions: &[Question]) -> Result<Vec<Vec<f64>>, String> {
    let interpreter = python::with(PACKAGES)?;
    let mut text = String::new();
    for question in questions {
        let (head, flows) = match question {
            Question::Return { flows, rate } => (format!("return {rate}"), flows),
            Question::Cover { rate, drawn, flows, .. } => (format!("cover {rate} {drawn}"), flows),
        };
        let flows: Vec<String> = flows.iter().map(ToString::to_string).collect();
        writeln!(text, "{head} {}", flows.join(" ")).map_err(|error| error.to_string())?;
    }
    let script = tables::root().join("xtask/peer/finance_peer.py");
    let mut child = Command::new(interpreter)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let input = child.stdin.take();
    let writer =
        std::thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    writer.join().map_err(|_| "the questions could not be written".to_owned())?;
    let line = |line: &str| -> Result<Vec<f64>, String> {
        let words = line.split_whitespace();
        words.map(|word| word.parse().map_err(|_| format!("the peer says {word}"))).collect()
    };
    String::from_utf8_lossy(&output.stdout).lines().map(line).collect()
}
