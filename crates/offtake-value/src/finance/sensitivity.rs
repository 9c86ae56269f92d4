//! What a rate of return rests on: each value of a project that has a low and a high, moved to either end in
//! turn with everything else as promised.

use super::{Case, Irr};
use crate::Valuer;
use offtake_model::Book;
use offtake_units::{Price, Quantity, Rate, Share, Span};

/// What one end of a value gives.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// The value as it is written.
    pub text: String,
    /// Rate of return before debt.
    pub project_irr: Irr,
    /// Rate of return to the owners.
    pub equity_irr: Irr,
    /// Least ratio of cash flow to debt service.
    pub dscr_min: Option<f64>,
}

/// One value with what its ends give.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Its path in the book.
    pub path: String,
    /// Its low end.
    pub low: Option<End>,
    /// Its high end.
    pub high: Option<End>,
}

impl Moved {
    /// Returns by how much the two ends differ in the owners' rate of return; nothing when one has no rate.
    #[must_use]
    pub fn swing(&self) -> f64 {
        let rate = |end: &Option<End>| end.as_ref().and_then(|end| end.equity_irr.counted());
        rate(&self.low).zip(rate(&self.high)).map_or(0.0, |(low, high)| (high - low).abs())
    }
}

/// Keys of a project that a rate of return rests on.
const KEYS: &[&str] = &[
    "shell.cost",
    "shell.paid_over",
    "shell.residual",
    "accelerators.residual",
    "operation.per_megawatt",
    "operation.per_hardware",
    "operation.per_revenue",
];

/// Moves every value of project `id` that has a low or a high, the one that matters most to the owners first.
#[must_use]
pub fn sensitivity(book: &Book, id: &str) -> Vec<Moved> {
    let mut all: Vec<Moved> =
        paths(book, id).into_iter().filter_map(|(path, key)| moved(book, id, path, key)).collect();
    all.sort_by(|a, b| b.swing().total_cmp(&a.swing()).then_with(|| a.path.cmp(&b.path)));
    all
}

/// Returns the paths of the values to move, each with the key that says how it enters.
fn paths(book: &Book, id: &str) -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> =
        KEYS.iter().map(|key| (format!("project.{id}.{key}"), *key)).collect();
    if let Some(recipe) = book.provenance.get(&format!("project.{id}.build")) {
        all.push((format!("build.{}.capex.hall", recipe.text), "shell.cost"));
    }
    let Some(project) = book.projects.get(id) else { return Vec::new() };
    let contracts = project.contracts.iter().filter_map(|id| book.contracts.get(id));
    let mut sites: Vec<String> = contracts
        .flat_map(|contract| &contract.tranches)
        .map(|tranche| format!("site.{}.power_price", tranche.site))
        .collect();
    sites.sort();
    sites.dedup();
    all.extend(sites.into_iter().map(|path| (path, "power_price")));
    all
}

fn moved(book: &Book, id: &str, path: String, key: &'static str) -> Option<Moved> {
    let provenance = book.provenance.get(&path)?;
    let end = |text: &Option<String>| {
        let text = text.as_ref()?;
        let changed = changed(book, id, (&path, key), text)?;
        let valuer = Valuer::new(&changed);
        let case = Case::new(&valuer, changed.projects.get(id)?);
        Some(End {
            text: text.clone(),
            project_irr: case.returns.project_irr,
            equity_irr: case.returns.equity_irr,
            dscr_min: case.returns.dscr_min,
        })
    };
    let (low, high) = (end(&provenance.low), end(&provenance.high));
    (low.is_some() || high.is_some()).then_some(Moved { path, low, high })
}

/// Returns the book with one value set to `text`, if it can be read.
fn changed(book: &Book, id: &str, (path, key): (&str, &str), text: &str) -> Option<Book> {
    let mut book = book.clone();
    if key == "power_price" {
        let name = path.strip_prefix("site.")?.strip_suffix(".power_price")?.to_owned();
        let site = book.sites.iter_mut().find(|(id, _)| id.to_string() == name)?.1;
        site.power_price = Some(Price::parse(text).ok()?);
        return Some(book);
    }
    let project = book.projects.get_mut(id)?;
    match key {
        "shell.cost" => project.shell_cost = Some(Price::parse(text).ok()?),
        "shell.paid_over" => project.shell_paid_over = Span::parse(text).ok()?,
        "shell.residual" => project.shell_residual = Share::parse(text).ok()?,
        "accelerators.residual" => project.accelerators_residual = Share::parse(text).ok()?,
        "operation.per_megawatt" => {
            project.operation_per_megawatt = Some(Price::parse(text).ok()?);
        }
        "operation.per_hardware" => project.operation_per_hardware = Rate::parse(text).ok()?,
        "operation.per_revenue" => project.operation_per_revenue = Share::parse(text).ok()?,
        _ => return None,
    }
    Some(book)
}
