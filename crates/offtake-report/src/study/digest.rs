//! What stands behind a study's numbers: deliveries with where their words come from, prices, and what
//! hangs on whom, from who makes the GPUs to the work that they serve.
//!
//! The flow counts promised GPUs. From grid to work it is a split and no dispatch: the GPUs of a site go to
//! the work that may run there, in proportion to its mean demand over the headline.

use crate::json::number;
use offtake_adequacy::Assessment;
use offtake_model::{Axis, Book, Contract, Id, Side, Tranche};
use offtake_position::{Pool, open_to_gang, open_to_workload, pools};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a link of the flow says where the book names nobody.
const UNNAMED: &str = "not named";

/// Returns what the page says of the book itself; demand comes from `assessment`.
#[must_use]
pub fn digest(book: &Book, assessment: &Assessment) -> Value {
    let own = || book.contracts.values().filter(|contract| book.side(contract) != Side::Other);
    json!({
        "owner": name(book, book.owner.as_str()),
        "currency": book.currency.code(),
        "scope": book.scope,
        "contracts": own().map(|c| contract(book, c)).collect::<Vec<_>>(),
        "tranches": own()
            .flat_map(|c| c.tranches.iter().map(move |t| tranche(book, c, t)))
            .collect::<Vec<_>>(),
        "sources": sources(book),
        "flow": flow(book, assessment),
    })
}

/// Returns the name of a party for people.
fn name(book: &Book, id: &str) -> String {
    let found = book.parties.iter().find(|(known, _)| known.as_str() == id);
    found.map_or_else(|| id.to_owned(), |(_, party)| party.name.clone())
}

fn contract(book: &Book, contract: &Contract) -> Value {
    let side = match book.side(contract) {
        _ if contract.ownership == offtake_model::Ownership::Owned => "owned",
        Side::Bought => "bought",
        Side::Sold | Side::Other => "sold",
    };
    let path = |key: &str| word(book, &format!("contract.{}.{key}", contract.id));
    json!({
        "id": contract.id.to_string(),
        "name": contract.name,
        "side": side,
        "supplier": name(book, contract.seller.as_str()),
        "buyer": name(book, contract.buyer.as_str()),
        "signed": contract.signed.map(|day| day.to_string()),
        "gpus": contract.gpus().count(),
        "price_total": path("price.total"),
        "price_per_gpu_hour": path("price.per_gpu_hour"),
        "take_or_pay": path("take_or_pay.share"),
        "prepayment": path("prepayment.share"),
    })
}

fn tranche(book: &Book, contract: &Contract, tranche: &Tranche) -> Value {
    let path = |key: &str| {
        let own = word(book, &format!("tranche.{}.{key}", tranche.id));
        if own.is_null() { word(book, &format!("contract.{}.{key}", contract.id)) } else { own }
    };
    let racks = path("racks");
    json!({
        "tranche": tranche.id.to_string(),
        "contract": contract.id.to_string(),
        "delivered": tranche.delivered.map(|day| day.to_string()),
        "gpus": if racks.is_null() { path("gpus") } else { racks },
        "promised": if tranche.delivered.is_some() { path("delivered") } else { path("promised") },
    })
}

/// Returns a value as it is written, with how far to trust it and where it comes from; `null` where the
/// book has no such value.
fn word(book: &Book, path: &str) -> Value {
    let Some(found) = book.provenance.get(path) else { return Value::Null };
    json!({
        "text": found.text,
        "mark": found.mark.text(),
        "source": found.source,
        "note": found.note,
        "place": found.place.as_ref().map(|place| format!("{}:{}", place.file, place.line)),
    })
}

fn sources(book: &Book) -> Value {
    let source = |(id, source): (&String, &offtake_model::Source)| {
        json!({
            "id": id,
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date.map(|day| day.to_string()),
            "address": source.address,
        })
    };
    Value::Array(book.sources.iter().map(source).collect())
}

/// Nodes and links from maker to work, in GPUs.
#[derive(Default)]
struct Flow {
    /// (layer, name), each once, in the order of layers.
    links: BTreeMap<[(usize, String); 2], f64>,
}

impl Flow {
    fn add(&mut self, layer: usize, from: &str, to: &str, gpus: f64) {
        if gpus > 0.0 {
            let ends = [(layer, from.to_owned()), (layer + 1, to.to_owned())];
            *self.links.entry(ends).or_insert(0.0) += gpus;
        }
    }

    fn json(&self) -> Value {
        let layers = ["GPU maker", "server maker", "supplier", "site", "grid", "work"];
        let mut nodes: Vec<&(usize, String)> = self.links.keys().flatten().collect();
        nodes.sort();
        nodes.dedup();
        let node = |(layer, name): &&(usize, String)| json!({ "layer": layer, "name": name });
        let at = |end: &(usize, String)| nodes.binary_search(&end).unwrap_or(0);
        let link = |(ends, gpus): (&[(usize, String); 2], &f64)| json!({ "from": at(&ends[0]), "to": at(&ends[1]), "gpus": number(*gpus) });
        json!({
            "layers": layers,
            "nodes": nodes.iter().map(node).collect::<Vec<_>>(),
            "links": self.links.iter().map(link).collect::<Vec<_>>(),
        })
    }
}

fn flow(book: &Book, assessment: &Assessment) -> Value {
    let mut flow = Flow::default();
    let demand = demand(assessment);
    for pool in pools(book, &Axis::new(book.from, book.until)) {
        let gpus = pool.gpus as f64;
        let [maker, server] = makers(book, &pool);
        let supplier = name(book, pool.supplier.as_str());
        let site = book.sites.get(&pool.site);
        let grid = site.and_then(|site| site.grid.as_ref());
        let grid = grid.map_or_else(
            || format!("grid {UNNAMED}"),
            |id| book.grids.get(id).map_or_else(|| id.to_string(), |grid| grid.name.clone()),
        );
        let site = site.map_or_else(|| pool.site.to_string(), |site| site.name.clone());
        flow.add(0, &maker, &server, gpus);
        flow.add(1, &server, &supplier, gpus);
        flow.add(2, &supplier, &site, gpus);
        flow.add(3, &site, &grid, gpus);
        let open = open_work(book, &pool);
        let total: f64 = open.iter().map(|id| demand.get(id).copied().unwrap_or(0.0)).sum();
        for id in &open {
            let share = demand.get(id).copied().unwrap_or(0.0) / total;
            flow.add(4, &grid, id, if total > 0.0 { gpus * share } else { 0.0 });
        }
        if total <= 0.0 {
            flow.add(4, &grid, "no work that may run there", gpus);
        }
    }
    flow.json()
}

/// Returns who makes the GPUs of a pool, and who the servers.
fn makers(book: &Book, pool: &Pool) -> [String; 2] {
    let contract = book.contracts.get(&pool.contract);
    let tranche = contract.and_then(|c| c.tranches.iter().find(|t| t.id == pool.tranche));
    let purchase =
        tranche.and_then(|t| t.accelerators_from.as_ref()).and_then(|id| book.purchases.get(id));
    let listed = book.catalog.accelerators.get(&pool.accelerator).map(|a| &a.maker);
    let maker = purchase.and_then(|purchase| purchase.maker.as_ref()).or(listed);
    [
        maker.map_or_else(|| format!("maker {UNNAMED}"), |id| name(book, id.as_str())),
        purchase.map_or_else(
            || format!("server maker {UNNAMED}"),
            |purchase| name(book, purchase.seller.as_str()),
        ),
    ]
}

/// Returns the work that may run on a pool, by id.
fn open_work(book: &Book, pool: &Pool) -> Vec<String> {
    let works = book
        .workloads
        .iter()
        .filter(|(_, work)| open_to_workload(book, pool, work).is_some())
        .map(|(id, _)| id.to_string());
    let gangs = book
        .gangs
        .iter()
        .filter(|(_, gang)| open_to_gang(book, pool, gang).is_some())
        .map(|(id, _)| id.to_string());
    works.chain(gangs).collect()
}

/// Returns the mean demand of each workload and gang over the headline, in reference GPU-hours a month.
fn demand(assessment: &Assessment) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    for class in &assessment.classes {
        let months = class.months.iter().take(assessment.headline.months.max(1));
        let sum: f64 = months.map(|month| month.demand).sum();
        *found.entry(class.id.clone()).or_insert(0.0) += sum;
    }
    found
}
