//! What was asked of a kept plan, from the arguments of the command and back to them.

use crate::commands::{Goal, PlanArguments};
use crate::failure::Failure;
use crate::plan_file::Asking;
use crate::plan_file::day::Day;
use clap::{Args, FromArgMatches};
use offtake_model::Book;
use offtake_units::{Money, Quantity, Span};
use std::path::Path;

/// Returns what asks for a plan of the book at `path`, and for nothing else.
pub(super) fn alone(path: &Path) -> Result<PlanArguments, Failure> {
    let words = ["plan".as_ref(), "--".as_ref(), path.as_os_str()];
    let command = PlanArguments::augment_args(clap::Command::new("plan"));
    let read = command.try_get_matches_from(words);
    let read = read.and_then(|matches| PlanArguments::from_arg_matches(&matches));
    read.map_err(|error| Failure::caused(&error))
}

impl Asking {
    /// Returns what was asked of a book whose horizon is the plan's.
    pub(crate) fn of(book: &Book, arguments: &PlanArguments) -> Asking {
        Asking {
            seed: arguments.seed,
            scenarios: arguments.scenarios,
            from: Day(book.from),
            until: Day(book.until),
            starts: arguments.starts,
            every: arguments.every.to_string(),
            gap: arguments.gap,
            risk_weight: arguments.risk_weight,
            tail: arguments.tail,
            standards_from: arguments.standards_from,
            n_minus_1: arguments.n_minus_1,
            concentration: arguments.concentration.clone(),
            budget: arguments.budget.iter().map(|(year, most)| (*year, most.to_string())).collect(),
            prepayment: arguments.prepayment.map(|most| most.to_string()),
            exposure: arguments.exposure.map(|most| most.to_string()),
            assessed: arguments.assessed.iter().map(ToString::to_string).collect(),
            assess_samples: Some(arguments.assess_samples)
                .filter(|_| !arguments.assessed.is_empty()),
            tightened: arguments.tightened,
            look_ahead: arguments.look_ahead.clone(),
        }
    }
}

impl Asking {
    /// Returns the arguments that ask for the same again, of the book at `path`.
    pub(crate) fn arguments(&self, path: &Path) -> Result<PlanArguments, Failure> {
        let budget = |(year, most): &(i32, String)| Ok((*year, money(most)?));
        let every = Span::parse(&self.every).map_err(|_| odd("every", &self.every))?;
        Ok(PlanArguments {
            seed: self.seed,
            scenarios: self.scenarios,
            starts: self.starts,
            every,
            gap: self.gap,
            risk_weight: self.risk_weight,
            tail: self.tail,
            standards_from: self.standards_from,
            n_minus_1: self.n_minus_1,
            concentration: self.concentration.clone(),
            budget: self.budget.iter().map(budget).collect::<Result<_, Failure>>()?,
            prepayment: self.prepayment.as_deref().map(money).transpose()?,
            exposure: self.exposure.as_deref().map(money).transpose()?,
            assessed: self
                .assessed
                .iter()
                .map(|text| goal(text))
                .collect::<Result<_, Failure>>()?,
            tightened: self.tightened,
            look_ahead: self.look_ahead.clone(),
            ..self.samples(alone(path)?)
        })
    }
}

impl Asking {
    fn samples(&self, alone: PlanArguments) -> PlanArguments {
        PlanArguments {
            assess_samples: self.assess_samples.unwrap_or(alone.assess_samples),
            ..alone
        }
    }
}

fn goal(text: &str) -> Result<Goal, Failure> {
    text.parse().map_err(|_| odd("assessed", text))
}

fn money(text: &str) -> Result<Money, Failure> {
    Money::parse(text).map_err(|_| odd("money", text))
}

fn odd(what: &str, text: &str) -> Failure {
    Failure::input(format!("the plan says `{text}` for `{what}`, which cannot be read"))
}
