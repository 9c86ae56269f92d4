//! A kept plan with its programme written again, and what is known of it: prices from its certificate, or from
//! searching anew.

use super::{Made, make, of_plan, options, prices};
use crate::commands::PlanArguments;
use crate::failure::Failure;
use crate::kept::Kept;
use crate::library::{self, Opened};
use crate::plan_file::PlanFile;
use crate::progress::{self, Line};
use offtake_highs::Threads;
use offtake_plan::block::Resolution;
use offtake_plan::store::Kept as Prices;
use offtake_plan::whatif::{Change, changed};
use offtake_plan::{Allowed, Options, Program, Search, Store};

/// A kept plan, and the programme that it solves.
pub(super) struct Known {
    pub(super) plan: PlanFile,
    pub(super) opened: Opened,
    pub(super) arguments: PlanArguments,
    pub(super) made: Made,
    pub(super) solvers: Threads,
    pub(super) options: Options,
    /// Blocks by start.
    pub(super) signed: Vec<f64>,
    /// What is known.
    pub(super) store: Store,
}

/// Reads a plan, writes its programme and finds what is known of it.
pub(super) fn know(kept: &Kept) -> Result<Known, Failure> {
    let plan = PlanFile::read(&kept.plan)?;
    let mut opened = library::open(&kept.book)?;
    plan.check_book(&opened)?;
    (opened.book.from, opened.book.until) = plan.horizon();
    let arguments = PlanArguments { threads: kept.threads, ..plan.request.arguments(&kept.book)? };
    let made = make(&opened, &arguments)?;
    let signed = blocks(&plan, &made)?;
    let solvers = Threads::stopped_by(super::threads(&made), progress::stop_flag());
    let options = options(&arguments);
    let store = match &kept.certificate {
        Some(file) => {
            let store = prices::read(file, &opened.hash)?;
            let fits = fits(&store, &made.program, &options);
            fits.then_some(store).ok_or_else(|| {
                Failure::input(format!("`{}` is of another plan", file.display()))
                    .hint("leave it out: what it holds is found anew, which takes as long as the plan took")
            })?
        }
        None => searched(&made.program, &solvers, &options)?,
    };
    Ok(Known { plan, opened, arguments, made, solvers, options, signed, store })
}

/// Returns the blocks that a plan signs, by start.
fn blocks(plan: &PlanFile, made: &Made) -> Result<Vec<f64>, Failure> {
    let mut blocks = vec![0.0; made.starts.len()];
    for signed in &plan.sign {
        let start = made.starts.iter().position(|start| start.name == signed.name);
        let start = start.ok_or_else(|| {
            Failure::input(format!(
                "the plan signs `{}`, which the book does not offer",
                signed.name
            ))
        })?;
        blocks[start] = signed.blocks;
    }
    Ok(blocks)
}

fn searched(program: &Program, solvers: &Threads, options: &Options) -> Result<Store, Failure> {
    let line = Line::new();
    let report = |at: &offtake_plan::Progress| line.say(&super::how_far(at));
    let ran = Search::new(program, solvers, options.clone(), report).and_then(|mut search| {
        search.run()?;
        Ok(search.store)
    });
    line.clear();
    ran.map_err(of_plan)
}

/// Says whether prices are of this programme.
fn fits(store: &Store, program: &Program, options: &Options) -> bool {
    let rows = program.limits.standards.len() + program.limits.losses.len();
    let segments: Vec<usize> =
        options.lengths.iter().map(|length| Resolution::joining(program, *length).len()).collect();
    let fits = |kept: &Prices| {
        let level = options.lengths.iter().position(|length| *length == kept.length);
        level.is_some_and(|level| {
            kept.duals.power.len() == program.sites.len() * segments[level]
                && kept.duals.balance.len() == program.classes.len() * segments[level]
                && kept.duals.unserved.len() == rows
                && kept.place.scenario < program.scenarios.len()
                && kept.place.month < program.months.len()
                && kept.place.lost.is_none_or(|lost| lost < program.parties.len())
        })
    };
    store.evaluations.iter().flatten().all(fits)
}

impl Known {
    /// Returns what the plan may leave unserved in each block, and what it then costs: by searching for that alone
    /// where standards tie blocks together.
    pub(super) fn allowed(&self) -> Result<(Allowed, Option<f64>), Failure> {
        let program = &self.made.program;
        if program.limits.standards.is_empty() && program.limits.losses.is_empty() {
            return Ok((Allowed::nothing(program, &[]), None));
        }
        let mut held = program.clone();
        for (offer, &blocks) in self.signed.iter().enumerate() {
            held = changed(&held, &Change::Sign { offer, blocks });
        }
        let mut search =
            Search::new(&held, &self.solvers, self.options.clone(), |_| {}).map_err(of_plan)?;
        search.recall(&self.store).map_err(of_plan)?;
        let found = search.run().map_err(of_plan)?;
        Ok((found.allowed, Some(found.objective)))
    }
}
