//! What hangs on whom: from who makes the GPUs to the work that they serve.

use super::Figure;
use crate::html::facts::{num, rows, text};
use crate::html::text::{Side::Numbers, Side::Words, Tips, safe, table};
use crate::number::{percent, whole};
use crate::study::StudyReport;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn figure(report: &StudyReport, tips: &mut Tips) -> Option<Figure> {
    let flow = report.book.get("flow")?;
    let (nodes, links) = (rows(flow, "nodes"), rows(flow, "links"));
    let layers: Vec<&str> = rows(flow, "layers").iter().filter_map(Value::as_str).collect();
    if links.is_empty() {
        return None;
    }
    let through = through(nodes, links);
    let total: f64 =
        through.iter().filter(|((layer, _), _)| *layer == 0).map(|(_, gpus)| gpus).sum();
    let largest = |layer: usize| {
        let own = through.iter().filter(|((at, _), _)| *at == layer);
        own.max_by(|a, b| a.1.total_cmp(b.1)).map(|((_, name), gpus)| (*name, gpus / total))
    };
    let mut said = Vec::new();
    for layer in [0, 2, 4] {
        if let Some((name, share)) = largest(layer) {
            let share = tips.number(&percent(share), "flow");
            said.push(format!(
                "{share} on one {} ({})",
                layers.get(layer).unwrap_or(&""),
                safe(name)
            ));
        }
    }
    let list = |((layer, name), gpus): (&(usize, &str), &f64)| {
        vec![
            safe(layers.get(*layer).unwrap_or(&"")),
            safe(name),
            whole(*gpus),
            percent(gpus / total),
        ]
    };
    let columns = [
        ("Stage", Words, None),
        ("Who or what", Words, None),
        ("Promised GPUs", Numbers, Some("flow")),
        ("Share", Numbers, None),
    ];
    let mut all: Vec<(&(usize, &str), &f64)> = through.iter().collect();
    all.sort_by(|a, b| a.0.0.cmp(&b.0.0).then(b.1.total_cmp(a.1)));
    Some(Figure {
        title: "What hangs on whom".to_owned(),
        words: format!("Of {} GPUs promised, {}.", whole(total), joined(&said)),
        alt: format!("Bands as wide as their GPUs run through six stages: {}.", layers.join(", ")),
        why: "flow",
        table: table(
            tips,
            "Promised GPUs through each stage",
            &columns,
            &all.into_iter().map(list).collect::<Vec<_>>(),
        ),
        data: flow.clone(),
    })
}

/// Returns the GPUs through each node: what flows out, or at the last stage in.
fn through<'a>(nodes: &'a [Value], links: &[Value]) -> BTreeMap<(usize, &'a str), f64> {
    let mut sums = vec![(0.0, 0.0); nodes.len()];
    for link in links {
        let (from, to, gpus) =
            (num(link, "from"), num(link, "to"), num(link, "gpus").unwrap_or(0.0));
        let mut add = |end: Option<f64>, is_out: bool| {
            if let Some(sum) = end.and_then(|at| sums.get_mut(at as usize)) {
                *(if is_out { &mut sum.0 } else { &mut sum.1 }) += gpus;
            }
        };
        add(from, true);
        add(to, false);
    }
    let of = |(node, (out, into)): (&'a Value, &(f64, f64))| {
        ((num(node, "layer").unwrap_or(0.0) as usize, text(node, "name")), f64::max(*out, *into))
    };
    nodes.iter().zip(&sums).map(of).collect()
}

fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => format!("{one} hang"),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
