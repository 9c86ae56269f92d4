//! Capacity that is asked for, as options of `quote` and `hold`.

use super::when::{When, span};
use crate::failure::Failure;
use offtake_units::Span;
use serde_json::{Value, json};

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Wish {
    /// How many GPUs
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        required_unless_present = "tokens_per_second",
        conflicts_with = "tokens_per_second"
    )]
    gpus: Option<i64>,
    /// How many tokens a second in all, in place of --gpus; as many GPUs of each type are quoted as make them
    #[arg(long, value_name = "N", requires = "work")]
    tokens_per_second: Option<f64>,
    /// What makes the tokens: a workload of the book, at its own target, or a model of its catalog
    #[arg(long, value_name = "ID", requires = "tokens_per_second")]
    work: Option<String>,
    /// Tokens a second that each user has to see at least
    #[arg(long, value_name = "N", requires = "tokens_per_second")]
    tokens_per_user: Option<f64>,
    /// First day or instant at which it may start; UTC unless an offset stands behind
    #[arg(long, value_name = "WHEN")]
    from: When,
    /// For how long, as `6 months`, `30 d`, `12 h`
    #[arg(long = "for", value_name = "SPAN", value_parser = span, required_unless_present = "until", conflicts_with = "until")]
    length: Option<Span>,
    /// For how long at least: where all of --for cannot be had, as much as can [default: --for]
    #[arg(long, value_name = "SPAN", value_parser = span)]
    at_least: Option<Span>,
    /// Until just before when, in place of --for
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
    /// Last day or instant at which it may start [default: --from]
    #[arg(long, value_name = "WHEN")]
    latest: Option<When>,
    /// For whom; a tenant's own token asks for its own
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: Option<String>,
    #[command(flatten)]
    constraints: Constraints,
}

/// What it must be like.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What it must be like")]
struct Constraints {
    /// Types of GPU that will do, with commas between them
    #[arg(long = "type", value_name = "ID", value_delimiter = ',')]
    types: Vec<String>,
    /// Zones that will do, each with all within it
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    zone: Vec<String>,
    /// Sites that will not do
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    avoid: Vec<String>,
    /// Zones that will not do, each with all within it
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    avoid_zone: Vec<String>,
    /// The pool that it must be
    #[arg(long, value_name = "ID")]
    pool: Option<String>,
    /// The longest round trip from a place, as `london=20 ms`
    #[arg(long, value_name = "PLACE=SPAN", value_parser = latency)]
    latency: Option<(String, f64)>,
    /// The smallest NVLink domain that will do, in GPUs
    #[arg(long, value_name = "GPUS", allow_negative_numbers = true)]
    nvlink_domain: Option<i64>,
    /// Whole racks only; a number in between is rounded up
    #[arg(long)]
    whole_racks: bool,
    /// How far apart the GPUs may stand [default: pool]
    #[arg(long, value_name = "pool|site|anywhere")]
    together: Option<String>,
    /// The most for a GPU-hour, in the desk's currency
    #[arg(long, value_name = "PRICE", allow_negative_numbers = true)]
    max_price: Option<f64>,
    /// Who is served first when supply falls short: 1 to 5 [default: 1]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<u8>,
    /// Probability with which it must be kept, over all its pools and months [default: 0.9]
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    firmness: Option<f64>,
}

impl Wish {
    /// Writes it as the API reads it.
    pub(crate) fn json(&self) -> Result<Value, Failure> {
        if let Some(latest) = self.latest.filter(|latest| *latest < self.from) {
            let (latest, from) = (latest.text(), self.from.text());
            return Err(Failure::input(format!("--latest {latest} is before --from {from}")));
        }
        let end = match (self.length, self.until) {
            (Some(length), _) => self.from.after(length).map_err(Failure::input)?,
            (None, Some(until)) => until,
            (None, None) => self.from,
        };
        let mut wish = json!({
            "hours": self.from.hours_until(end),
            "earliest": self.from.text(),
            "constraints": self.constraints.json(),
        });
        let shortest = self.at_least.map(|span| self.from.after(span).map_err(Failure::input));
        let shortest = shortest.transpose()?.map(|end| self.from.hours_until(end));
        let more = [
            ("gpus", self.gpus.map(|gpus| json!(gpus))),
            ("tokens_per_second", self.tokens_per_second.map(|tokens| json!(tokens))),
            ("work", self.work.as_ref().map(|work| json!(work))),
            ("tokens_per_user", self.tokens_per_user.map(|tokens| json!(tokens))),
            ("hours_at_least", shortest.map(|hours| json!(hours))),
            ("latest", self.latest.map(|latest| json!(latest.text()))),
            ("tenant", self.tenant.as_ref().map(|tenant| json!(tenant))),
        ];
        for (name, value) in more.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            wish[name] = value;
        }
        Ok(wish)
    }
}

impl Constraints {
    fn json(&self) -> Value {
        let mut shape = serde_json::Map::new();
        let lists = [
            ("accelerators", &self.types),
            ("zones", &self.zone),
            ("avoid", &self.avoid),
            ("avoid_zones", &self.avoid_zone),
        ];
        for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            shape.insert(name.to_owned(), json!(list));
        }
        if self.whole_racks {
            shape.insert("whole_racks".to_owned(), json!(true));
        }
        let (from, milliseconds) = self.latency.clone().unzip();
        let rest = [
            ("pool", self.pool.as_ref().map(|pool| json!(pool))),
            ("latency_from", from.map(|from| json!(from))),
            ("latency_ms", milliseconds.map(|ms| json!(ms))),
            ("nvlink_domain", self.nvlink_domain.map(|gpus| json!(gpus))),
            ("together", self.together.as_ref().map(|how| json!(how))),
            ("price_ceiling", self.max_price.map(|price| json!(price))),
            ("priority", self.priority.map(|priority| json!(priority))),
            ("firmness", self.firmness.map(|firmness| json!(firmness))),
        ];
        for (name, value) in rest {
            shape.extend(value.map(|value| (name.to_owned(), value)));
        }
        Value::Object(shape)
    }
}

/// Reads `PLACE=SPAN` into the place and milliseconds.
fn latency(text: &str) -> Result<(String, f64), String> {
    let (place, length) = text
        .split_once('=')
        .ok_or_else(|| format!("`{text}` is no bound; write it as `london=20 ms`"))?;
    Ok((place.to_owned(), span(length)?.milliseconds()))
}
