//! `offtake plan what-if`: a kept plan with something changed: a bound at once, then the best plan.

use super::carry::carry;
use super::change;
use super::known::{Known, know};
use super::{Made, make_more, of_plan, seller};
use crate::failure::{End, Failure};
use crate::kept::WhatIf;
use crate::library;
use crate::output::run_json;
use crate::progress::{self, Line};
use crate::screen;
use offtake_plan::results::{self, Bill};
use offtake_plan::{Finish, Found, Program, Search, Store};
use offtake_report::number::{percent, short, whole};
use offtake_report::{Columns, Side, wrap};
use offtake_study::RunClock;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The best plan after the changes.
struct After {
    /// What was changed, in words.
    changes: Vec<String>,
    made: Made,
    /// What no plan could undercut, before anything was solved, and after how many seconds; `None` where nothing that was
    /// known could be used.
    at_once: Option<(f64, f64)>,
    found: Found,
    bill: Bill,
    /// Seconds until it was certified.
    certified_s: f64,
}

pub(crate) fn what_if(arguments: &WhatIf) -> Result<End, Failure> {
    let clock = RunClock::start();
    let mut known = know(&arguments.kept)?;
    seller::check_what_if(&known.plan)?;
    let (made, store) = with_offers(arguments, &mut known)?;
    let (program, changes) = change::all(arguments, &known.opened.book, &made)?;
    if changes.is_empty() && arguments.offer.is_empty() {
        return Err(Failure::input("nothing is changed")
            .hint("say what is otherwise with --price, --slip, --lose, --offer or --sign"));
    }
    let after = search(arguments, &known, (made, program, changes), store)?;
    let is_reached = after.found.finish == Finish::Reached;
    if arguments.kept.json {
        let mut value = after.json(&known);
        value["run"] = run_json(&clock.facts(super::threads(&known.made).get()));
        screen::print(&screen::json_text(&value))?;
    } else {
        screen::print(&after.text(&known))?;
    }
    Ok(if is_reached { End::Good } else { End::Findings })
}

/// Writes the programme with new offers in it, and carries over to it what is known.
fn with_offers(arguments: &WhatIf, known: &mut Known) -> Result<(Made, Option<Store>), Failure> {
    if arguments.offer.is_empty() {
        return Ok((known.made.clone(), Some(std::mem::take(&mut known.store))));
    }
    let mut tables = String::new();
    for file in &arguments.offer {
        let text = std::fs::read_to_string(file).map_err(|cause| {
            Failure::input(format!("cannot read `{}`: {cause}", file.display()))
        })?;
        tables.push_str(&text);
        tables.push('\n');
    }
    let mut opened = library::open_with(&arguments.kept.book, ("the new offers", &tables))?;
    (opened.book.from, opened.book.until) = known.plan.horizon();
    let made = make_more(&opened, &known.arguments, &tables, |_| {})?;
    let store = carry(std::mem::take(&mut known.store), (&known.made.program, &made.program));
    Ok((made, store))
}

fn search(
    arguments: &WhatIf,
    known: &Known,
    (made, program, changes): (Made, Program, Vec<String>),
    store: Option<Store>,
) -> Result<After, Failure> {
    let started = progress::now();
    let line = Line::new();
    let report = |at: &offtake_plan::Progress| line.say(&super::how_far(at));
    let mut search =
        Search::new(&program, &known.solvers, known.options.clone(), report).map_err(of_plan)?;
    let at_once = store.map(|store| at_once(&mut search, &store, started)).transpose()?;
    if let (false, Some((bound, _))) = (arguments.kept.json, at_once) {
        let text = format!(
            "At once: no plan costs less than {} {} ({} before).",
            short(bound * 1e6),
            known.plan.currency,
            short(known.plan.lower_bound * 1e6)
        );
        screen::print(&format!("{text}\n\n"))?;
    }
    let found = search.run().map_err(of_plan)?;
    let certified_s = started.elapsed().as_secs_f64();
    let bill = results::bill(&mut search, &found.signed, &found.allowed).map_err(of_plan)?;
    drop(search);
    line.clear();
    Ok(After { changes, made: Made { program, ..made }, at_once, found, bill, certified_s })
}

/// Returns the bound from what is known, and the seconds that it took.
fn at_once(
    search: &mut Search<'_>,
    store: &Store,
    started: std::time::Instant,
) -> Result<(f64, f64), Failure> {
    search.recall(store).map_err(of_plan)?;
    let bound = search.bound().map_err(|error| match error {
        offtake_plan::PlanError::NoChoice => {
            Failure::input("no plan keeps the limits of what is signed after the change")
        }
        other => of_plan(other),
    })?;
    Ok((bound, started.elapsed().as_secs_f64()))
}

/// Blocks of a start before and after.
struct Moved {
    name: String,
    offer: String,
    start: String,
    before: f64,
    after: f64,
    block: i64,
}

impl After {
    /// Returns what is signed before or after, by the day it is promised.
    fn moved(&self, known: &Known) -> Vec<Moved> {
        let before: BTreeMap<&str, f64> =
            known.plan.sign.iter().map(|signed| (signed.name.as_str(), signed.blocks)).collect();
        let moved = self.made.starts.iter().zip(&self.found.signed).map(|(start, &after)| Moved {
            name: start.name.clone(),
            offer: start.offer.id.clone(),
            start: start.promised.to_string(),
            before: before.get(start.name.as_str()).copied().unwrap_or(0.0),
            after,
            block: start.offer.block.count(),
        });
        let mut moved: Vec<Moved> =
            moved.filter(|one| one.before > 0.0 || one.after > 0.0).collect();
        moved.sort_by(|a, b| (&a.start, &a.name).cmp(&(&b.start, &b.name)));
        moved
    }

    fn sentence(&self, known: &Known) -> String {
        let (plan, found) = (&known.plan, &self.found);
        let moved = self.moved(known);
        let (mut more, mut fewer) = (0.0, 0.0);
        for one in &moved {
            let gpus = (one.after - one.before) * one.block as f64;
            if gpus > 0.0 { more += gpus } else { fewer -= gpus }
        }
        let signs = match (more > 0.0, fewer > 0.0) {
            (false, false) => "Sign the same.".to_owned(),
            (true, false) => format!("Sign {} GPUs more.", whole(more)),
            (false, true) => format!("Sign {} GPUs fewer.", whole(fewer)),
            (true, true) => {
                format!("Sign {} GPUs of one thing for {} of another.", whole(more), whole(fewer))
            }
        };
        let by = found.objective - plan.objective;
        let than = if by < 0.0 { "less" } else { "more" };
        format!(
            "{signs} All together it costs {} {}, {} {than} than before ({}), and no plan costs less than {} ({} below).",
            short(found.objective * 1e6),
            plan.currency,
            short(by.abs() * 1e6),
            percent(by.abs() / plan.objective.abs().max(1e-9)),
            short(found.bound * 1e6),
            percent(found.gap())
        )
    }

    fn text(&self, known: &Known) -> String {
        let style = screen::style();
        let lines = wrap(&self.sentence(known), style.width);
        let mut text = format!("What if {}?\n", self.what());
        lines.iter().for_each(|line| text.push_str(&format!("{}\n", style.bold(line))));
        let heads = [
            ("Offer", Side::Left),
            ("in service", Side::Left),
            ("before", Side::Right),
            ("after", Side::Right),
            ("GPUs", Side::Right),
        ];
        let mut table = Columns::new("What is signed, in blocks", &heads);
        for one in self.moved(known) {
            table.push(vec![
                one.offer,
                one.start,
                whole(one.before),
                whole(one.after),
                whole(one.after * one.block as f64),
            ]);
        }
        if !table.is_empty() {
            text.push_str(&format!("\n{}", table.text(style)));
        }
        style.glyphs(&text)
    }

    fn what(&self) -> String {
        if self.changes.is_empty() {
            "there were new offers".to_owned()
        } else {
            self.changes.join(", and ")
        }
    }

    fn json(&self, known: &Known) -> Value {
        let (plan, found, bill) = (&known.plan, &self.found, &self.bill);
        let moved = |one: &Moved| {
            json!({
                "offer": one.offer,
                "start": one.start,
                "before": one.before,
                "after": one.after,
                "gpus": one.after * one.block as f64,
            })
        };
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "book_hash": plan.book_hash,
            "currency": plan.currency,
            "changes": self.changes,
            "answer": self.sentence(known),
            "bound_at_once": self.at_once.map(|(bound, _)| bound),
            "before": { "objective": plan.objective, "lower_bound": plan.lower_bound },
            "objective": found.objective,
            "lower_bound": found.bound,
            "gap": found.gap(),
            "cost": { "expected": bill.expected, "cvar": bill.cvar, "worst": bill.worst },
            "sign": self.moved(known).iter().map(moved).collect::<Vec<Value>>(),
            "took": { "bound_s": self.at_once.map(|(_, took)| took), "certified_s": self.certified_s },
        })
    }
}
