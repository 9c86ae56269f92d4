//! Changes of a what-if, from what was typed to the programme with all of them made.

use super::Made;
use crate::failure::Failure;
use crate::kept::WhatIf;
use crate::library::nearest;
use offtake_model::{Book, Id};
use offtake_plan::Program;
use offtake_plan::program::RowLimit;
use offtake_plan::whatif::{Change, changed};
use offtake_report::number::percent;
use offtake_units::{Quantity, Span};

/// Returns the programme after all changes, and what they are in words.
pub(super) fn all(
    arguments: &WhatIf,
    book: &Book,
    made: &Made,
) -> Result<(Program, Vec<String>), Failure> {
    let mut to = Changed { program: made.program.clone(), made, book, words: Vec::new() };
    arguments.price.iter().try_for_each(|text| to.price(text))?;
    arguments.slip.iter().try_for_each(|text| to.slip(text))?;
    arguments.lose.iter().try_for_each(|text| to.lose(text))?;
    arguments.sign.iter().try_for_each(|text| to.sign(text))?;
    Ok((to.program, to.words))
}

/// A programme that is being changed.
struct Changed<'a> {
    program: Program,
    made: &'a Made,
    book: &'a Book,
    words: Vec<String>,
}

/// Days of a month, on average.
const MONTH_DAYS: f64 = 365.25 / 12.0;

impl Changed<'_> {
    fn make(&mut self, change: &Change) {
        self.program = changed(&self.program, change);
    }

    fn price(&mut self, text: &str) -> Result<(), Failure> {
        let (word, share) = halves(text, "--price", "narvik-2=+20%")?;
        let number = share.trim_end_matches('%').trim();
        let more = number.parse::<f64>().ok().filter(|_| share.ends_with('%'));
        let more = more.map(|percent| percent / 100.0).filter(|more| (-1.0..=1e3).contains(more));
        let more =
            more.ok_or_else(|| odd("--price", text, "a share more or less, as `narvik-2=+20%`"))?;
        for offer in self.starts(word)? {
            self.make(&Change::Price { offer, factor: 1.0 + more });
            // What is paid ahead, and credited, is a share of the price.
            let of = &mut self.program.offers[offer];
            let paid = of.prepayments.iter_mut().chain(&mut of.payments);
            paid.for_each(|payment| payment.amount *= 1.0 + more);
            of.at_stake.iter_mut().for_each(|money| *money *= 1.0 + more);
        }
        let than = if more < 0.0 { "less" } else { "more" };
        self.words.push(format!("`{word}` asked {} {than}", percent(more.abs())));
        Ok(())
    }

    fn slip(&mut self, text: &str) -> Result<(), Failure> {
        let (word, span) = halves(text, "--slip", "narvik-2=9mo")?;
        let span = Span::parse(&spelt(span))
            .map_err(|_| odd("--slip", text, "a number of months, as `narvik-2=9mo`"))?;
        let months = (span.days() / MONTH_DAYS).round() as usize;
        if months == 0 {
            return Err(odd("--slip", text, "at least a month: a plan knows months alone"));
        }
        for offer in self.starts(word)? {
            self.make(&Change::Slip { offer, months });
        }
        self.words.push(format!("`{word}` came {} later", crate::library::count(months, "month")));
        Ok(())
    }

    fn lose(&mut self, text: &str) -> Result<(), Failure> {
        let (word, month) =
            text.split_once('@').map_or((text, None), |(word, month)| (word, Some(month)));
        let from = match month {
            None => 0,
            Some(name) => {
                let months = &self.program.months;
                months.iter().position(|month| month.name == name).ok_or_else(|| {
                    let (first, last) = (months.first(), months.last());
                    let name = |of: Option<&offtake_plan::program::Month>| {
                        of.map_or_else(String::new, |month| month.name.clone())
                    };
                    Failure::input(format!(
                        "`--lose {text}`: the plan's months are {} to {}",
                        name(first),
                        name(last)
                    ))
                })?
            }
        };
        let party = self.party(word)?;
        self.make(&Change::Lose { party, from });
        let of = &self.program.parties[party];
        let kind = self.program.kinds.get(of.kind).map_or("party", String::as_str);
        let when = month.map_or_else(String::new, |month| format!(" from {month} on"));
        self.words.push(format!("the {kind} `{}` was lost{when}", of.name));
        Ok(())
    }

    fn sign(&mut self, text: &str) -> Result<(), Failure> {
        let bad = || odd("--sign", text, "a number of blocks, as `narvik-2=4`");
        let (word, count) = halves(text, "--sign", "narvik-2=4")?;
        let blocks = count.parse::<u32>().map(f64::from).map_err(|_| bad())?;
        let starts = self.starts(word)?;
        let most =
            starts.iter().map(|offer| self.program.offers[*offer].size.most).fold(0.0, f64::max);
        if blocks > most {
            return Err(Failure::input(format!("`--sign {text}`: the offer has {most} blocks")));
        }
        let row = |factor: f64| RowLimit {
            name: format!("signed[{word}]"),
            terms: starts.iter().map(|offer| (*offer, factor)).collect(),
            most: factor * blocks,
        };
        self.program.limits.rows.extend([row(1.0), row(-1.0)]);
        self.words.push(format!("{blocks} blocks of `{word}` were signed"));
        Ok(())
    }

    /// Returns the starts that an offer's id, or a start's own name, stands for.
    fn starts(&self, word: &str) -> Result<Vec<usize>, Failure> {
        let starts = self.made.starts.iter().enumerate();
        let is_meant =
            |start: &offtake_study::plan::Start| start.offer.id == word || start.name == word;
        let found: Vec<usize> =
            starts.filter(|(_, start)| is_meant(start)).map(|(at, _)| at).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let failure = Failure::input(format!("there is no offer `{word}` that can be signed"));
        let names = self
            .made
            .starts
            .iter()
            .flat_map(|start| [start.offer.id.as_str(), start.name.as_str()]);
        Err(match nearest(word, names) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        })
    }

    /// Returns the party that a name stands for: a supplier before anybody else.
    fn party(&self, word: &str) -> Result<usize, Failure> {
        let (kind, name) =
            word.split_once(':').map_or((None, word), |(kind, name)| (Some(kind), name));
        let is_named = |of: &offtake_plan::program::Party| {
            let known = self.book.parties.iter().find(|(id, _)| id.as_str() == name);
            of.name == name || known.is_some_and(|(_, party)| party.name == of.name)
        };
        let kind_of =
            |of: &offtake_plan::program::Party| self.program.kinds.get(of.kind).map(String::as_str);
        let found: Vec<usize> = (0..self.program.parties.len())
            .filter(|&at| is_named(&self.program.parties[at]))
            .filter(|&at| kind.is_none_or(|kind| kind_of(&self.program.parties[at]) == Some(kind)))
            .collect();
        let supplier =
            found.iter().find(|&&at| kind_of(&self.program.parties[at]) == Some("supplier"));
        supplier.or(found.first()).copied().ok_or_else(|| {
            let failure = Failure::input(format!(
                "nobody called `{word}` stands behind what the plan may use"
            ));
            match nearest(name, self.program.parties.iter().map(|party| party.name.as_str())) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure.hint("a kind may be said as well, as `site:narvik`"),
            }
        })
    }
}

fn halves<'a>(text: &'a str, option: &str, example: &str) -> Result<(&'a str, &'a str), Failure> {
    let halves = text.split_once('=').map(|(word, value)| (word.trim(), value.trim()));
    halves.ok_or_else(|| odd(option, text, &format!("an offer and a value, as `{example}`")))
}

fn odd(option: &str, text: &str, want: &str) -> Failure {
    Failure::input(format!("`{option} {text}`: write {want}"))
}

/// Returns a span with months spelt out: `9mo` is short for nine of them.
fn spelt(text: &str) -> String {
    text.strip_suffix("mo")
        .map_or_else(|| text.to_owned(), |count| format!("{} months", count.trim()))
}
