//! What the desk answers, as text: promises, parts, money, chances.

use super::client::Client;
use super::shape::{Part, Promise, Supply};
use super::when::shown;
use crate::failure::Failure;
use crate::screen;
use offtake_report::number::{decimal, whole};
use offtake_report::{Columns, Side, YELLOW};

/// Returns the currency of all money of a desk.
pub(super) fn currency(client: &Client) -> Result<String, Failure> {
    Ok(client.fetch::<Supply>("/v1/book")?.currency)
}

/// Writes a probability: `0.93`, `1`; never as one what is less.
pub(super) fn chance(share: f64) -> String {
    let cut = (share * 1e3 + 1e-6).floor() / 1e3;
    if cut >= 1.0 { "1".to_owned() } else { format!("{cut:.3}") }
}

/// Writes a price of a GPU-hour.
pub(super) fn price(price: f64, currency: &str) -> String {
    format!("{} {currency}/GPUh", decimal(price, 2))
}

/// Returns what parts cost in all.
pub(super) fn worth(parts: &[Part]) -> f64 {
    parts.iter().map(|part| part.gpus as f64 * hours(part) * part.price).sum()
}

fn hours(part: &Part) -> f64 {
    let read = |text: &str| text.parse::<jiff::Timestamp>().map_or(0, |at| at.as_second());
    (read(&part.until) - read(&part.from)) as f64 / 3_600.0
}

/// Writes what is taken of a pool: `1,152 GPUs of childress from 2030-01-01 until 2030-07-01 at 2.10 USD/GPUh`.
pub(super) fn part(part: &Part, currency: &str) -> String {
    format!(
        "{} GPUs of {} from {} until {} at {}",
        whole(part.gpus as f64),
        part.pool,
        shown(&part.from),
        shown(&part.until),
        price(part.price, currency)
    )
}

/// Writes one promise in full.
pub(super) fn promise(promise: &Promise, client: &Client) -> Result<String, Failure> {
    let currency = currency(client)?;
    let style = screen::style();
    let Promise { id, tenant, state, priority, version, .. } = promise;
    let state = style.bold(state);
    let mut text = format!("{state} for {tenant}, priority {priority}, version {version}\n");
    let mut say = |line: String| text.push_str(&format!("  {line}\n"));
    promise.parts.iter().for_each(|taken| say(part(taken, &currency)));
    if !promise.parts.is_empty() {
        say(format!("worth {} {currency} in all", whole(worth(&promise.parts))));
    }
    let promised = chance(promise.promised_firmness);
    match promise.firmness {
        Some(now) => say(format!("kept with {} (promised at {promised})", chance(now))),
        None => say(format!("promised at {promised}")),
    }
    if let Some(lapses) = &promise.lapses {
        let lapses = format!("lapses at {} UTC unless it is confirmed", shown(lapses));
        say(style.coloured(&lapses, YELLOW));
    }
    say(format!("id {id}"));
    Ok(text)
}

/// Writes a list of promises.
pub(super) fn promises(title: &str, promises: &[Promise]) -> String {
    let heads = [
        ("Id", Side::Left),
        ("Tenant", Side::Left),
        ("State", Side::Left),
        ("GPUs", Side::Right),
        ("From", Side::Left),
        ("Until", Side::Left),
        ("Kept", Side::Right),
        ("Pools", Side::Left),
    ];
    let mut table = Columns::new(title, &heads).spare(&[6, 2]);
    for promise in promises {
        let from = promise.parts.iter().map(|part| &part.from).min();
        let until = promise.parts.iter().map(|part| &part.until).max();
        let day = |text: Option<&String>| text.map_or(String::new(), |text| shown(text));
        let mut pools: Vec<&str> = promise.parts.iter().map(|part| part.pool.as_str()).collect();
        pools.dedup();
        table.push(vec![
            promise.id.clone(),
            promise.tenant.clone(),
            promise.state.clone(),
            whole(most(&promise.parts) as f64),
            day(from),
            day(until),
            promise.firmness.map_or(String::new(), chance),
            pools.join(", "),
        ]);
    }
    if promises.is_empty() {
        return format!("{title}: none\n");
    }
    table.text(screen::style())
}

/// Returns the most GPUs that parts take at once.
fn most(parts: &[Part]) -> i64 {
    let at = |minute: &str| {
        let is_there = |part: &&Part| part.from.as_str() <= minute && minute < part.until.as_str();
        parts.iter().filter(is_there).map(|part| part.gpus).sum::<i64>()
    };
    parts.iter().map(|part| at(&part.from)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_rounded_down_so_that_one_means_always() {
        assert_eq!(
            [chance(1.0), chance(0.9999), chance(0.93), chance(0.0)],
            ["1", "0.999", "0.930", "0.000"]
        );
    }

    #[test]
    fn a_promise_that_steps_down_counts_its_most() {
        let part = |gpus, from: &str, until: &str| Part {
            pool: "p".to_owned(),
            gpus,
            from: from.to_owned(),
            until: until.to_owned(),
            price: 2.0,
        };
        let (one, two) = ("2030-01-01T00:00:00Z", "2030-01-02T00:00:00Z");
        let parts = [part(8, one, two), part(4, two, "2030-01-03T00:00:00Z"), part(2, one, two)];
        assert_eq!((most(&parts), worth(&parts)), (10, 2.0 * 24.0 * 14.0));
    }
}
