//! ServeGen's rate tables: requests a second by client, in windows of ten minutes.
//!
//! `client,window_start_s,rate_rps,…`; windows without requests are left out, so time in which no
//! client has a window is taken as not recorded. Lengths stand in a file beside: a JSON object a line,
//! by client and six hours, each length with its probability; `X_rates.csv.gz` has
//! `X_lengths.jsonl.zst`. A line of lengths weighs as many requests as its client then had. The input
//! of a multimodal request is text, images, audio and video together, taken as independent of each
//! other within a client's six hours.

use super::{Beside, Format, mooncake};
use crate::cells::{cells, plain};
use crate::error::{TraceError, Wrong, short};
use crate::length::{Histogram, MICRO};
use crate::measure::Reading;
use crate::stamp::{self, SECOND, Unit};
use serde::Deserialize;

pub(super) const FORMAT: Format = Format {
    name: "servegen",
    about: "ServeGen rate table: client,window_start_s,rate_rps, with its file of lengths beside it",
    is_hourly: false,
    sniff,
    read,
    beside: Some(Beside {
        about: "file of lengths beside the rates (`X_lengths.jsonl.zst` for `X_rates.csv.gz`)",
        names,
        read: read_lengths,
    }),
};

/// Seconds of a window of rates.
const WINDOW: u64 = 600;
/// Seconds of a window of lengths.
const LENGTHS: u64 = 21_600;
/// Parts into which a distribution is cut before two are added.
const PARTS: usize = 32;
/// Pairs of client and six hours that are kept; more are a sign of a wrong file.
const MAX_CLIENTS: usize = 4_000_000;

fn is_head(line: &str) -> bool {
    let names: Vec<String> = cells(line, ',').take(3).map(plain).collect();
    names == ["client", "windowstarts", "raterps"]
}

fn sniff(head: &[&str]) -> bool {
    head.first().is_some_and(|line| is_head(line))
}

fn read(reading: &mut Reading<'_, '_>) -> Result<(), TraceError> {
    let mut is_first = true;
    reading.each(|line, tally| {
        if std::mem::take(&mut is_first) && is_head(line) {
            return Ok(());
        }
        let mut all = cells(line, ',');
        let client = whole(all.next().unwrap_or(""), "client")?;
        let start = whole(all.next().unwrap_or(""), "window")?;
        let text = all.next().unwrap_or("");
        let rate = text.parse::<f64>().ok().filter(|rate| (0.0..=1e9).contains(rate));
        let Some(rate) = rate else {
            let problem = format!("`{}` is not a rate", short(text));
            return Err(Wrong::new(problem, "write requests a second, from 0 to 1e9"));
        };
        let amount = (rate * WINDOW as f64 * MICRO as f64).round() as u64;
        let stamp = stamp::parse(&start.to_string(), None, Unit::Seconds)?;
        tally.window(stamp, WINDOW as i64 * SECOND, amount);
        let key = (client, (start - start % LENGTHS) as i64);
        let share = tally.clients.entry(key).or_default();
        *share = share.saturating_add(amount);
        if tally.clients.len() > MAX_CLIENTS {
            let problem = format!("there are more than {MAX_CLIENTS} clients and windows");
            return Err(Wrong::new(problem, "give a table of fewer clients, or a shorter one"));
        }
        Ok(())
    })
}

fn whole(text: &str, what: &str) -> Result<u64, Wrong> {
    text.parse::<u64>().ok().filter(|value| *value < 1 << 40).ok_or_else(|| {
        let problem = format!("`{}` is not a number of a {what}", short(text));
        Wrong::new(problem, "write `client,window_start_s,rate_rps`, the first two whole numbers")
    })
}

fn names(name: &str) -> Vec<String> {
    let Some((stem, _)) = name.split_once("_rates.") else { return Vec::new() };
    ["jsonl.zst", "jsonl.gz", "jsonl"].iter().map(|end| format!("{stem}_lengths.{end}")).collect()
}

/// Values and their probabilities.
type Law = (Vec<f64>, Vec<f64>);

#[derive(Deserialize)]
struct Lengths {
    client: u64,
    window_start_s: u64,
    input_tokens: Option<Law>,
    text_tokens: Option<Law>,
    image_tokens: Option<Law>,
    audio_tokens: Option<Law>,
    video_tokens: Option<Law>,
    output_tokens: Option<Law>,
}

fn read_lengths(reading: &mut Reading<'_, '_>) -> Result<(), TraceError> {
    reading.each(|line, tally| {
        let lengths: Lengths =
            serde_json::from_str(line).map_err(|error| mooncake::bad(line, &error))?;
        let key = (lengths.client, lengths.window_start_s as i64);
        // A window of lengths without requests in the table has no weight.
        let Some(weight) = tally.clients.get(&key).copied() else { return Ok(()) };
        let parts = [
            &lengths.input_tokens,
            &lengths.text_tokens,
            &lengths.image_tokens,
            &lengths.audio_tokens,
            &lengths.video_tokens,
        ];
        let parts: Vec<&Law> = parts.into_iter().flatten().collect();
        for law in parts.iter().copied().chain(&lengths.output_tokens) {
            check(law)?;
        }
        if let Some(law) = together(&parts) {
            add(&mut tally.input, &law, weight);
        }
        if let Some(law) = &lengths.output_tokens {
            add(&mut tally.output, law, weight);
        }
        Ok(())
    })
}

fn check((values, shares): &Law) -> Result<(), Wrong> {
    let sum: f64 = shares.iter().sum();
    let is_good = values.len() == shares.len()
        && values.iter().all(|value| (0.0..1e12).contains(value))
        && shares.iter().all(|share| (0.0..=1.001).contains(share))
        && (0.98..=1.02).contains(&sum);
    if is_good {
        return Ok(());
    }
    let problem = format!(
        "{} lengths and {} probabilities that add up to {sum:.3}",
        values.len(),
        shares.len()
    );
    Err(Wrong::new(problem, "give each length its probability; they must add up to 1"))
}

fn add(histogram: &mut Histogram, (values, shares): &Law, weight: u64) {
    for (value, share) in values.iter().zip(shares) {
        histogram.add(value.round() as u64, (share * weight as f64).round() as u64);
    }
}

/// Returns the law of the sum of independent parts.
fn together(parts: &[&Law]) -> Option<Law> {
    let (first, rest) = parts.split_first()?;
    let mut sum: Law = (*first).clone();
    for part in rest {
        if part.0.iter().all(|value| *value == 0.0) {
            continue;
        }
        let (one, two) = (coarse(&sum), coarse(part));
        let mut next: Law = (Vec::new(), Vec::new());
        for (a, p) in one.0.iter().zip(&one.1) {
            for (b, q) in two.0.iter().zip(&two.1) {
                next.0.push(a + b);
                next.1.push(p * q);
            }
        }
        sum = next;
    }
    Some(sum)
}

/// Cuts a law into parts of equal probability, each at its mean: the mean of the whole stays.
fn coarse((values, shares): &Law) -> Law {
    let mut sorted: Vec<(f64, f64)> =
        values.iter().copied().zip(shares.iter().copied()).filter(|(_, p)| *p > 0.0).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    if sorted.len() <= PARTS {
        return sorted.into_iter().unzip();
    }
    let size = sorted.iter().map(|(_, p)| p).sum::<f64>() / PARTS as f64;
    let mut law: Law = (Vec::new(), Vec::new());
    let (mut sum, mut share) = (0.0, 0.0);
    for (value, mut p) in sorted {
        while share + p >= size {
            let part = size - share;
            law.0.push((sum + value * part) / size);
            law.1.push(size);
            (sum, share) = (0.0, 0.0);
            p -= part;
        }
        sum += value * p;
        share += p;
    }
    // What rounding leaves over.
    if share > 1e-9 {
        law.0.push(sum / share);
        law.1.push(share);
    }
    law
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, measure};
    use std::ops::ControlFlow;

    #[test]
    fn a_coarse_law_keeps_the_mean() {
        let values: Vec<f64> = (0..1_000).map(f64::from).collect();
        let (coarse_values, shares) = coarse(&(values, vec![0.001; 1_000]));
        assert!((PARTS..=PARTS + 1).contains(&shares.len()), "{}", shares.len());
        let mean: f64 = coarse_values.iter().zip(&shares).map(|(v, p)| v * p).sum();
        assert!((mean - 499.5).abs() < 1e-6, "{mean}");
    }

    #[test]
    fn independent_parts_add_up() {
        let text = (vec![1.0, 2.0], vec![0.5, 0.5]);
        let image = (vec![10.0, 20.0], vec![0.25, 0.75]);
        let (values, shares) = together(&[&text, &image]).unwrap();
        assert_eq!(values, [11.0, 21.0, 12.0, 22.0]);
        assert_eq!(shares, [0.125, 0.375, 0.125, 0.375]);
    }

    #[test]
    fn lengths_weigh_as_many_requests_as_their_client_had() {
        let folder = tempfile::tempdir().unwrap();
        let rates = folder.path().join("a_rates.csv");
        // Client 0: 600 requests of 100 tokens; client 1: 1,800 of 300; client 2: no lengths.
        let table = "client,window_start_s,rate_rps\n0,0,1\n1,600,3\n2,0,1\n";
        std::fs::write(&rates, table).unwrap();
        let law = |client: u64, tokens: u64| {
            format!(
                "{{\"client\":{client},\"window_start_s\":0,\"input_tokens\":[[{tokens}],[1.0]],\
                 \"output_tokens\":[[7],[1.0]]}}\n"
            )
        };
        let text = [law(0, 100), law(1, 300)].concat();
        std::fs::write(folder.path().join("a_lengths.jsonl"), text).unwrap();
        let mut watch = |_| ControlFlow::Continue(());
        let traffic = measure(&rates, &Options::default(), &mut watch).unwrap();
        let input = traffic.profile.input_tokens.unwrap();
        assert_eq!((input.mean, input.quantiles[0], input.quantiles[1]), (250.0, 100.0, 100.0));
        assert_eq!(input.quantiles[2], 300.0);
        assert_eq!(traffic.requests, 3_000.0);
        assert!(
            traffic.warnings.iter().any(|w| w.contains("80 % of the requests")),
            "{:?}",
            traffic.warnings
        );
    }
}
