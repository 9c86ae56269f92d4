//! What `assess` and `merge` give out: one answer, as text, JSON, a folder, a picture.

use crate::failure::{End, Failure};
use crate::library::Opened;
use crate::plan_file::{Against, PlanFile};
use crate::{progress, screen};
use offtake_report::{
    Answer, FolderError, Further, Head, Results, check_marked, check_writable, write_folder,
    write_results,
};
use offtake_study::{Part, RunFacts, Study, results};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Where the answer goes.
#[derive(Debug, clap::Args)]
pub(crate) struct Outputs {
    /// Print JSON; docs/reference/assess-json.md says what each field is
    #[arg(long)]
    pub(crate) json: bool,
    /// Write JSON, the report, the picture, and each table as CSV and Parquet into a folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write the picture as SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// End with exit code 1 when the book has warnings
    #[arg(long)]
    pub(crate) strict: bool,
}

impl Outputs {
    /// Finds what is in the way before the work, and not after it.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if let Some(folder) = &self.out {
            offtake_report::check_folder(folder).map_err(|error| Failure::caused(&error))?;
        }
        self.svg.as_deref().map_or(Ok(()), check_place)
    }
}

/// Finds what is in the way of results that are known by `mark`, before the work.
pub(crate) fn check_results(folder: Option<&Path>, mark: &str) -> Result<(), Failure> {
    let Some(folder) = folder else { return Ok(()) };
    check_marked(folder, mark).and_then(|()| check_writable(folder)).map_err(of_folder)
}

/// Puts results in their place, whole or not at all.
pub(crate) fn put_results(results: &Results<'_>, folder: &Path) -> Result<(), Failure> {
    write_results(results, folder, &progress::is_stopped).map_err(of_folder)
}

/// Tells why a folder was not written.
pub(crate) fn of_folder(error: FolderError) -> Failure {
    match error {
        FolderError::Stopped => Failure::stopped(),
        error => Failure::caused(&error),
    }
}

/// Makes the results of `part` and gives them out.
pub(crate) fn deliver(
    opened: &Opened,
    part: &Part,
    mut facts: RunFacts,
    (outputs, plan): (&Outputs, Option<&PlanFile>),
) -> Result<End, Failure> {
    let started = progress::now();
    let study = results(&opened.book, part).map_err(|error| Failure::caused(&error))?;
    // All of it counts as sampling, although some of it (decide-by dates) need not.
    let took = started.elapsed().as_secs_f64();
    facts.elapsed_s += took;
    facts.sampling_s += took;
    let head = Head::new(&opened.book, &study.book_hash, &part.header.version);
    let answer = answer(&head, &study, part);
    let run = run_json(&facts);
    if progress::is_stopped() {
        return Err(Failure::stopped());
    }
    if let Some(folder) = &outputs.out {
        let stopped = progress::is_stopped;
        write_folder(&answer, &run, folder, &stopped).map_err(of_folder)?;
    }
    if let Some(file) = &outputs.svg {
        write_whole(file, &offtake_report::svg(&answer))?;
    }
    if outputs.json {
        let mut value = offtake_report::json(&answer);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("run".to_owned(), run);
            if let Some(plan) = plan {
                fields.insert("plan".to_owned(), against(opened, part, (plan, &study))?.json(plan));
            }
        }
        screen::print(&screen::json_text(&value))?;
    } else {
        screen::print(&offtake_report::report(&answer, screen::style()))?;
        if let Some(plan) = plan {
            let style = screen::style();
            let lines = offtake_report::wrap(
                &against(opened, part, (plan, &study))?.sentence(plan),
                style.width,
            );
            screen::print(&format!("\n{}\n", lines.join("\n")))?;
        }
    }
    tell_run(&facts, part.records.len());
    let fails = study.assessment.holds == Some(false);
    let is_found = outputs.strict && !opened.findings.is_empty();
    Ok(if fails || is_found { End::Findings } else { End::Good })
}

/// Holds a plan against all futures that were assessed, and against those that it was made on, if they are among them.
fn against(
    opened: &Opened,
    part: &Part,
    (plan, study): (&PlanFile, &Study),
) -> Result<Against, Failure> {
    let count = usize::try_from(plan.request.scenarios).unwrap_or(usize::MAX);
    let is_known = part.header.seed == plan.request.seed
        && part.header.samples.start == 0
        && part.records.len() >= count;
    if !is_known {
        return Ok(plan.against(&study.assessment, None));
    }
    let mut own = Part { extras: Vec::new(), ..part.clone() };
    own.records.truncate(count);
    own.header.samples.end = plan.request.scenarios;
    own.header.has_extras = false;
    let own = results(&opened.book, &own).map_err(|error| Failure::caused(&error))?;
    Ok(plan.against(&study.assessment, Some(&own.assessment)))
}

/// Returns the answer of one pass over the samples, without what takes further ones.
pub(crate) fn answer_of<'a>(head: &'a Head, study: &'a Study) -> Answer<'a> {
    Answer {
        head,
        assessment: &study.assessment,
        further: None,
        decide_by: &study.decide_by,
        deliveries: &study.deliveries,
    }
}

fn answer<'a>(head: &'a Head, study: &'a Study, part: &Part) -> Answer<'a> {
    let further = Further {
        causes: &study.causes,
        credits: &study.credits,
        break_even: study.break_even.as_ref(),
    };
    Answer { further: part.header.has_extras.then_some(further), ..answer_of(head, study) }
}

/// Says on a terminal what the run took: apart from the results, which do not depend on it.
pub(crate) fn tell_run(facts: &RunFacts, samples: usize) {
    if std::io::stderr().is_terminal() && facts.cpu_s > 0.0 {
        let count = offtake_report::number::whole(samples as f64);
        let (time, memory) = (facts.elapsed_s, facts.peak_rss_mb);
        let threads = crate::library::count(facts.threads, "thread");
        screen::warn(&format!(
            "\x1b[2m{count} samples in {time:.1} s, {threads}, {memory:.0} MB\x1b[0m\n"
        ));
    }
}

/// What may differ between equal runs.
pub(crate) fn run_json(facts: &RunFacts) -> Value {
    let round = |seconds: f64| (seconds * 1e3).round() / 1e3;
    json!({
        "elapsed_s": round(facts.elapsed_s),
        "sampling_s": round(facts.sampling_s),
        "cpu_s": round(facts.cpu_s),
        "peak_rss_mb": (facts.peak_rss_mb * 10.0).round() / 10.0,
        "threads": facts.threads,
        "system_hours": facts.system_hours,
    })
}

/// Finds that a file cannot be written because its folder is not there, or because it is one itself.
pub(crate) fn check_place(file: &Path) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(missing) = folder.filter(|folder| !folder.exists()) {
        return Err(Failure::input(format!("there is no folder `{}`", missing.display())));
    }
    if file.is_dir() {
        return Err(Failure::input(format!("cannot write `{}`: it is a folder", file.display())));
    }
    Ok(())
}

/// Writes a file, whole or not at all.
pub(crate) fn write_whole(file: &Path, text: &str) -> Result<(), Failure> {
    write_bytes(file, text.as_bytes())
}

/// Writes a file of bytes, whole or not at all.
pub(crate) fn write_bytes(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    check_place(file)?;
    let fail = |cause| Failure::input(format!("cannot write `{}`: {cause}", file.display()));
    offtake_study::write_whole(file, |out| out.write_all(bytes)).map_err(fail)
}
